//! What a dialect can say about itself.

use std::borrow::Cow;

use lakequery_types::{Engine, Type};

use crate::tree::{Call, Expr, Literal};

use super::{
    Cast, Clause, Conversion, FunctionTable, HiddenKey, Like, Subquery, WithoutRow, Writer,
    spell_literal, spell_type, write_cast, write_like,
};

/// How an engine's SQL differs. A dialect is written as its base with other
/// values in some fields: `Dialect { engine: …, limit: …, ..TRINO }`.
#[derive(Clone, Copy)]
pub(crate) struct Dialect {
    /// The engine.
    pub(crate) engine: Engine,

    /// Whether a name, in upper case, has to be quoted though it is a plain word.
    pub(crate) is_reserved: fn(&str) -> bool,
    /// Whether an unquoted name loses its upper case, and the case matters.
    pub(crate) folds_case: bool,

    /// What names are quoted with.
    pub(crate) quote: char,

    /// The name of a type; else why there is none.
    pub(crate) type_name: fn(&Dialect, &Type) -> Result<String, &'static str>,
    /// A literal of this type; else why it can't be written.
    pub(crate) literal: fn(&Dialect, &Literal, &Type) -> Result<String, &'static str>,

    /// Why a result can't have a column of this type, if it can't.
    pub(crate) refuses_column: fn(&Type) -> Option<&'static str>,

    /// Whether a conversion that lake SQL does by itself has to be written.
    pub(crate) writes_conversion: fn(&Type, &Type, Conversion) -> bool,
    /// Writes CAST and TRY_CAST, so that it can stand as an operand of anything.
    pub(crate) cast: fn(&mut Writer<'_>, Cast<'_>),
    /// The type that the engine gives to an expression as it is written, where
    /// that may not be the type it has in lake SQL; [`Type::Unknown`] where lake SQL
    /// has no name for it.
    pub(crate) native: fn(&Expr) -> Type,
    /// The text of an expression that is spelled in the engine's own way.
    pub(crate) spelled: fn(&Expr) -> Option<Spelled<'_>>,
    /// Why values of this type can't be compared, if they can't.
    pub(crate) refuses_comparison: fn(&Type) -> Option<&'static str>,
    /// Writes LIKE.
    pub(crate) like: fn(&mut Writer<'_>, Like<'_>),
    /// Whether BETWEEN is NULL where one bound is, even if the value is beyond the other.
    pub(crate) splits_between: bool,
    /// Whether `EXTRACT(YEAR FROM x)` is written as `year(x)`.
    pub(crate) extracts_by_function: bool,
    /// Whether `a IS DISTINCT FROM b AND c` is read as `a IS DISTINCT FROM (b AND c)`.
    pub(crate) distinct_from_is_greedy: bool,

    /// Whether `ORDER BY x` puts NULLs last, whichever way it goes.
    pub(crate) nulls_last: bool,
    /// Whether LIMIT is written before OFFSET.
    pub(crate) limit_first: bool,
    /// Whether LIMIT and OFFSET take no bigint.
    pub(crate) integer_counts: bool,
    /// Why so many rows can't be counted off, if they can't.
    pub(crate) refuses_counts: fn(&Counts) -> Option<&'static str>,
    /// Whether a JOIN behind a comma joins all that stands before it.
    pub(crate) joins_all_before: bool,
    /// Whether the columns of a select must have different names.
    pub(crate) unique_columns: bool,
    /// Whether a column that is cast keeps its name: ORDER BY would find two of one name.
    pub(crate) names_casts: bool,
    /// Whether a row of VALUES can hold this expression.
    pub(crate) values_hold: fn(&Expr) -> bool,
    /// Whether `IN (VALUES …)` is not read as a query.
    pub(crate) calls_values: bool,
    /// Whether `IN (SELECT x)` is read as a list of expressions where it can be: `SELECT -x`
    /// is a subtraction, too.
    pub(crate) calls_selects: bool,
    /// Whether `IN ((SELECT …), …)` is read as the query of IN.
    pub(crate) lists_queries: bool,
    /// Whether a sort key that is not an output column has to become one.
    pub(crate) selects_key: fn(HiddenKey) -> bool,
    /// Why it has no INTERSECT ALL and EXCEPT ALL, if it has none.
    pub(crate) no_all: Option<&'static str>,
    /// Why it can't run a subquery in an expression, if it can't.
    pub(crate) refuses_subquery: fn(&Subquery<'_>) -> Option<&'static str>,

    /// What is written for functions.
    pub(crate) functions: &'static FunctionTable,
    /// Whether `listagg` and its like take their order in WITHIN GROUP.
    pub(crate) within_group: bool,
    /// Why an aggregate can't have ORDER BY within its parentheses, if it can't.
    pub(crate) no_inner_order: Option<&'static str>,
    /// Whether `rank` and its like must have an ORDER BY in their window.
    pub(crate) orders_windows: bool,
    /// Why there are no GROUPS in frames, if there are none.
    pub(crate) no_groups: Option<&'static str>,
    /// Whether an aggregate can have both FILTER and OVER.
    pub(crate) filters_windows: bool,
    /// Why a function can't be called in this way, if it can't.
    pub(crate) refuses_call: fn(&Call) -> Option<&'static str>,
    /// Why a function that gives another value each time can't be called in this clause, if so.
    pub(crate) refuses_volatile: fn(Clause) -> Option<&'static str>,
    /// Whether it finds the rows of a RANGE by keys of this type.
    pub(crate) ranges_over: fn(&Type) -> bool,
    /// Why the bounds of frames can only be literals, if so.
    pub(crate) literal_bounds: Option<&'static str>,
}

/// The rows that LIMIT and OFFSET count off, where literals say how many.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counts {
    pub(crate) limit: Option<i64>,
    pub(crate) offset: Option<i64>,
    /// Whether the rows are sorted before.
    pub(crate) is_sorted: bool,
}

impl Counts {
    /// How many rows are read before the last one is counted off, where there is a last one.
    pub(crate) fn last(&self) -> Option<i64> {
        Some(self.limit?.saturating_add(self.offset.unwrap_or(0)))
    }
}

/// An expression as a template, `{0}` in it standing for the first of these, and so on.
pub(crate) struct Spelled<'e> {
    pub(crate) template: Cow<'static, str>,
    pub(crate) args: Vec<Cow<'e, Expr>>,
}

static SAME_FUNCTIONS: FunctionTable = FunctionTable::new(&[], WithoutRow::Same);

/// What dialects start from: SQL as the standard and Trino write it.
pub(crate) static ANSI: Dialect = Dialect {
    engine: Engine::Trino,
    is_reserved: |_| false,
    folds_case: false,
    quote: '"',
    type_name: spell_type,
    literal: spell_literal,
    refuses_column: |_| None,
    // From char to varchar nothing converts by itself.
    writes_conversion: |from, to, place| match (from, to) {
        (Type::Char(_), Type::Varchar(_)) => true,
        // What it knows of the text's length would give another type.
        (Type::Varchar(None), Type::Char(_)) => place != Conversion::Operand,
        _ => false,
    },
    cast: write_cast,
    native: |expr| expr.ty.clone(),
    spelled: |_| None,
    refuses_comparison: |_| None,
    like: write_like,
    splits_between: false,
    extracts_by_function: false,
    distinct_from_is_greedy: false,
    nulls_last: true,
    limit_first: false,
    integer_counts: false,
    refuses_counts: |_| None,
    joins_all_before: false,
    unique_columns: false,
    names_casts: false,
    values_hold: |_| true,
    calls_values: false,
    calls_selects: false,
    lists_queries: false,
    selects_key: |_| false,
    no_all: None,
    refuses_subquery: |_| None,
    functions: &SAME_FUNCTIONS,
    within_group: true,
    no_inner_order: None,
    orders_windows: false,
    no_groups: None,
    filters_windows: true,
    refuses_call: |_| None,
    refuses_volatile: |_| None,
    ranges_over: |_| true,
    literal_bounds: None,
};

impl Dialect {
    /// Whether an implicit conversion has to be written.
    pub(super) fn writes(&self, from: &Expr, to: &Type, place: Conversion) -> bool {
        (self.writes_conversion)(&from.ty, to, place)
    }
}
