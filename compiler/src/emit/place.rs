//! Where in a query the writing is.

/// Where in a query the writing is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    pub(super) clause: Clause,
    pub(super) position: Position,
    /// Directly under a NOT.
    pub(super) negated: bool,
    /// In a select that groups its rows.
    pub(super) grouped: bool,
    /// In a side of INTERSECT ALL or EXCEPT ALL.
    pub(super) in_multiset: bool,
    /// Among the arguments of a function that is given a lambda.
    pub(super) beside_lambda: bool,
}

/// A clause of a query.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Clause {
    /// The SELECT list.
    #[default]
    Select,
    /// FROM
    From,
    /// The condition of an inner join.
    On,
    /// The condition of an outer join.
    OuterOn,
    /// WHERE
    Where,
    /// GROUP BY
    GroupBy,
    /// HAVING
    Having,
    /// ORDER BY
    OrderBy,
    /// LIMIT or OFFSET
    Limit,
    /// VALUES
    Values,
    /// The arguments and the FILTER of an aggregate.
    Aggregate,
    /// The arguments and the window of a function with OVER.
    Window,
}

/// How an expression takes part in its clause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Position {
    /// It is the condition, or one of those that AND joins to it.
    #[default]
    Conjunct,
    /// AND and OR lead to it: a NULL does there what FALSE does.
    Disjunct,
    /// Something else is made of it.
    Inside,
}
