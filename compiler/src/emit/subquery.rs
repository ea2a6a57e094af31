//! Subqueries in expressions: where they stand and what they use of the query
//! around them, for engines that can't run all of them.

use crate::token::Span;
use crate::tree::{Expr, Query};

use super::Writer;
use super::correlation::{Correlation, correlation, outer_relations, relations};

/// Where in a query the writing is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    pub(super) clause: Clause,
    pub(super) position: Position,
    /// Directly under a NOT.
    pub(super) negated: bool,
    /// In a select that groups its rows.
    pub(super) grouped: bool,
}

/// A clause of a query.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Clause {
    /// The SELECT list.
    #[default]
    Select,
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

/// A subquery in an expression.
pub(crate) struct Subquery<'t> {
    pub(crate) kind: SubqueryKind<'t>,
    pub(crate) query: &'t Query,
    pub(crate) clause: Clause,
    pub(crate) position: Position,
    /// In the SELECT list of a select that groups its rows, besides aggregates.
    pub(crate) beside_groups: bool,
    /// What it uses of the query around it; `None` for nothing.
    pub(crate) correlation: Option<Correlation>,
    /// In the condition of a join, it and what it is compared with use columns of both sides.
    pub(crate) spans_join: bool,
}

/// What a subquery is there for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum SubqueryKind<'t> {
    /// `(SELECT …)`
    Scalar,
    /// `operand IN (SELECT …)`; negated by its own NOT or by one right before it.
    In { operand: &'t Expr, negated: bool },
    /// `EXISTS (SELECT …)`
    Exists,
}

impl Writer<'_> {
    /// Writes something of a clause.
    pub(super) fn in_clause(&mut self, clause: Clause, write: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.place, Place { clause, ..Place::default() });
        write(self);
        self.place = outer;
    }

    /// Refuses a subquery that the engine can't run.
    pub(super) fn check_subquery(&mut self, kind: SubqueryKind<'_>, query: &Query, span: Span) {
        let Place { clause, position, negated: _, grouped } = self.place;
        let correlation = correlation(query);
        let beside_groups = grouped && clause == Clause::Select;
        let spans_join = matches!(clause, Clause::On | Clause::OuterOn) && {
            let mut used = outer_relations(query);
            if let SubqueryKind::In { operand, negated: _ } = kind {
                used.extend(relations(operand));
            }
            let left = used.iter().filter(|relation| self.left_of_join.contains(relation)).count();
            left > 0 && left < used.len()
        };
        let subquery =
            Subquery { kind, query, clause, position, beside_groups, correlation, spans_join };
        let Some(reason) = (self.dialect.refuses_subquery)(self.dialect, &subquery) else { return };
        let what = match (kind, subquery.correlation.is_some()) {
            (SubqueryKind::Scalar, false) => "this subquery",
            (SubqueryKind::Scalar, true) => "this correlated subquery",
            (SubqueryKind::In { negated: false, .. }, false) => "IN with this subquery",
            (SubqueryKind::In { negated: true, .. }, false) => "NOT IN with this subquery",
            (SubqueryKind::In { negated: false, .. }, true) => "IN with this correlated subquery",
            (SubqueryKind::In { negated: true, .. }, true) => {
                "NOT IN with this correlated subquery"
            }
            (SubqueryKind::Exists, false) => "EXISTS with this subquery",
            (SubqueryKind::Exists, true) => "EXISTS with this correlated subquery",
        };
        self.refuse(span, what, reason);
    }
}
