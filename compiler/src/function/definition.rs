//! What is known of a function: its name, kind and signatures, and its rule for NULL.

use lakequery_types::Type;

/// A function of lake SQL: one row of the table.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    /// The canonical name, lower case.
    pub name: &'static str,
    /// What it is.
    pub kind: FunctionKind,
    /// Its signatures, most specific first. The notation is described in
    /// `signature`.
    pub signatures: &'static [&'static str],
    /// When its result can be NULL.
    pub nulls: Nulls,
}

/// What a [`Function`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunctionKind {
    /// One result a row.
    Scalar,
    /// One result a group; with OVER, one a row.
    Aggregate,
    /// Only with OVER.
    Window,
}

/// When the result of a [`Function`] can be NULL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nulls {
    /// When an argument is, and only then.
    Strict,
    /// When one of the arguments of these indices (from 0) is, and only then.
    AnyOf(&'static [usize]),
    /// When the argument of this index (from 0) is, and only then: NULL in
    /// another one is passed over (`concat_ws`) or becomes part of the result.
    OnlyOf(usize),
    /// When an argument can be, and where there are no rows to aggregate: not
    /// in a group of GROUP BY (`sum`, `max`), but without one, with FILTER, for
    /// the grand total of ROLLUP, or in a frame that may leave out the row itself.
    NoRows,
    /// Only where there are no rows to aggregate, whatever the arguments are
    /// (`array_agg`).
    OnlyNoRows,
    /// Always: even arguments that are not NULL may give NULL (`nullif`,
    /// `var_samp` of one row).
    Nullable,
    /// Never (`count`, `row_number`).
    Never,
    /// Only when all arguments can be (`coalesce`).
    IfAll,
    /// When an argument but the first can be, or there are but two (`if`).
    IfBranches,
}

/// An argument of a call, for [`resolve`](super::resolve).
#[derive(Clone, Copy, Debug)]
pub struct Argument<'a> {
    /// Its type; [`Type::Unknown`] for NULL and for a parameter.
    pub ty: &'a Type,
    /// Whether it can be NULL.
    pub nullable: bool,
    /// How many parameters it has, where it is a lambda. Type and NULL are those of its body,
    /// and no type is known of a body that waits for those of the parameters.
    pub lambda: Option<usize>,
    /// The text, where it is a string literal (for arguments that must be one
    /// of a few words, such as the unit of `date_trunc`).
    pub literal: Option<&'a str>,
}

impl Nulls {
    /// Whether the result is NULL wherever the argument of this index is.
    pub fn follows(self, index: usize) -> bool {
        match self {
            Nulls::Strict => true,
            Nulls::AnyOf(those) => those.contains(&index),
            Nulls::OnlyOf(only) => index == only,
            Nulls::NoRows
            | Nulls::OnlyNoRows
            | Nulls::Nullable
            | Nulls::Never
            | Nulls::IfAll
            | Nulls::IfBranches => false,
        }
    }
}

impl Function {
    /// Whether it takes its order in WITHIN GROUP, and always has one.
    pub(crate) fn is_ordered_set(&self) -> bool {
        self.name == "listagg"
    }

    /// Whether each call gives another value.
    pub(crate) fn is_volatile(&self) -> bool {
        matches!(self.name, "random" | "rand" | "shuffle" | "uuid")
    }

    /// Whether IGNORE NULLS means something to it: it finds a row of the window
    /// by its value.
    pub(crate) fn passes_over_nulls(&self) -> bool {
        matches!(self.name, "lag" | "lead" | "first_value" | "last_value" | "nth_value")
    }

    /// Whether it is an aggregate of one argument that passes over NULLs, so that a FILTER
    /// may as well be a CASE without ELSE in the argument.
    pub(crate) fn skips_nulls(&self) -> bool {
        matches!(
            self.name,
            "approx_distinct"
                | "avg"
                | "bool_and"
                | "bool_or"
                | "count"
                | "every"
                | "max"
                | "min"
                | "stddev"
                | "stddev_pop"
                | "stddev_samp"
                | "sum"
                | "var_pop"
                | "var_samp"
                | "variance"
        )
    }

    /// Whether the rows it looks at, in a window, are those of a frame.
    pub(crate) fn takes_frame(&self) -> bool {
        self.kind == FunctionKind::Aggregate
            || matches!(self.name, "first_value" | "last_value" | "nth_value")
    }

    /// Whether its window must have an ORDER BY.
    pub(crate) fn needs_order(&self) -> bool {
        matches!(self.name, "lag" | "lead")
    }

    /// The argument that counts rows, and from which number on.
    pub(crate) fn least_argument(&self) -> Option<(usize, i64)> {
        match self.name {
            "ntile" => Some((0, 1)),
            "nth_value" => Some((1, 1)),
            "lag" | "lead" => Some((1, 0)),
            _ => None,
        }
    }
}
