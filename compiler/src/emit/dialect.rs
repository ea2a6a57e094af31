//! What a dialect can say about itself.

use std::borrow::Cow;

use lakequery_types::{Engine, Type};

use crate::tree::{Call, Expr, Literal};

use super::{
    Cast, Clause, Conversion, FunctionTable, HiddenKey, Like, Subquery, WithoutRow, Writer, quoted,
    spell_literal, spell_type, write_cast, write_like,
};

/// How an engine's SQL differs. A dialect is written as its base with other
/// values in some fields: `Dialect { engine: …, cast: …, ..TRINO }`.
///
/// Every function takes the dialect first, or a [`Writer`], which has it. What it needs to
/// know of the dialect it asks this one, never one by its name: it may be inherited.
#[derive(Clone, Copy)]
pub(crate) struct Dialect {
    /// The engine.
    pub(crate) engine: Engine,

    /// Whether a name, in upper case, has to be quoted though it is a plain word.
    pub(crate) is_reserved: fn(&Dialect, &str) -> bool,
    /// Whether an unquoted name loses its upper case, and the case matters.
    pub(crate) lowercases_unquoted_names: bool,

    /// What names are quoted with.
    pub(crate) identifier_quote: char,

    /// The name of a type; else why there is none.
    pub(crate) type_name: fn(&Dialect, &Type) -> Result<String, &'static str>,
    /// A text in quotes.
    pub(crate) quoted: fn(&Dialect, &str) -> String,
    /// A literal of this type; else why it can't be written.
    pub(crate) literal: fn(&Dialect, &Literal, &Type) -> Result<String, &'static str>,

    /// Why a result can't have a column of this type, if it can't.
    pub(crate) refuses_column: fn(&Dialect, &Type) -> Option<&'static str>,

    /// Whether a conversion that lake SQL does by itself has to be written.
    pub(crate) writes_conversion: fn(&Dialect, &Type, &Type, Conversion) -> bool,
    /// Writes CAST and TRY_CAST, so that it can stand as an operand of anything.
    pub(crate) cast: fn(&mut Writer<'_>, Cast<'_>),
    /// The type that the engine gives to an expression as it is written, where
    /// that may not be the type it has in lake SQL; [`Type::Unknown`] where lake SQL
    /// has no name for it.
    pub(crate) engine_type: fn(&Dialect, &Expr) -> Type,
    /// What is written in the place of an expression, where it is not the expression.
    pub(crate) rewrite: for<'e> fn(&Dialect, &'e Expr) -> Option<Rewrite<'e>>,
    /// Why values of this type can't be compared, if they can't.
    pub(crate) refuses_comparison: fn(&Dialect, &Type) -> Option<&'static str>,
    /// Writes LIKE.
    pub(crate) like: fn(&mut Writer<'_>, Like<'_>),
    /// Whether BETWEEN is NULL where one bound is, even if the value is beyond the other.
    pub(crate) expands_between: bool,
    /// Whether `year(x)` is written for `EXTRACT(YEAR FROM x)`.
    pub(crate) extract_is_function: bool,
    /// Whether `a IS DISTINCT FROM b AND c` is read as `a IS DISTINCT FROM (b AND c)`.
    pub(crate) distinct_from_is_greedy: bool,

    /// Whether `ORDER BY x` puts NULLs last, whichever way it goes.
    pub(crate) nulls_sort_last: bool,
    /// Whether LIMIT is written before OFFSET.
    pub(crate) limit_before_offset: bool,
    /// Whether LIMIT and OFFSET, and the bounds of ROWS, take no bigint.
    pub(crate) limit_is_integer: bool,
    /// Why so many rows can't be counted off, if they can't.
    pub(crate) refuses_counts: fn(&Dialect, &Counts) -> Option<&'static str>,
    /// Whether a JOIN behind a comma joins all that stands before it.
    pub(crate) comma_binds_before_join: bool,
    /// Whether the columns of a select must have different names.
    pub(crate) requires_unique_output_names: bool,
    /// Whether a column that is cast keeps its name: ORDER BY would find two of one name.
    pub(crate) cast_keeps_column_name: bool,
    /// Whether a row of VALUES can hold this expression.
    pub(crate) values_can_hold: fn(&Dialect, &Expr) -> bool,
    /// Whether `IN (VALUES …)` is not read as a query.
    pub(crate) in_values_needs_select: bool,
    /// Whether `IN (SELECT x)` is read as a list of expressions where it can be: `SELECT -x`
    /// is a subtraction, too.
    pub(crate) in_select_may_be_list: bool,
    /// Whether `IN ((SELECT …), …)` is read as the query of IN.
    pub(crate) in_list_may_be_query: bool,
    /// Whether a sort key that is not an output column has to become one.
    pub(crate) selects_sort_key: fn(&Dialect, HiddenKey) -> bool,
    /// Whether it has INTERSECT ALL and EXCEPT ALL.
    pub(crate) set_operation_all: Support,
    /// Why it can't run a subquery in an expression, if it can't.
    pub(crate) refuses_subquery: fn(&Dialect, &Subquery<'_>) -> Option<&'static str>,

    /// What is written for functions.
    pub(crate) functions: &'static FunctionTable,
    /// Whether `listagg` and its like take their order in WITHIN GROUP.
    pub(crate) listagg_within_group: bool,
    /// Whether an aggregate can have ORDER BY within its parentheses.
    pub(crate) aggregate_order_by: Support,
    /// Whether `rank` and its like must have an ORDER BY in their window.
    pub(crate) ranking_requires_order_by: bool,
    /// Whether there are frames of GROUPS.
    pub(crate) frame_groups: Support,
    /// Whether an aggregate can have both FILTER and OVER.
    pub(crate) supports_filter_with_over: bool,
    /// Why a function can't be called in this way, if it can't.
    pub(crate) refuses_call: fn(&Dialect, &Call) -> Option<&'static str>,
    /// Why a function that gives another value each time can't be called in this clause, if so.
    pub(crate) refuses_volatile: fn(&Dialect, Clause) -> Option<&'static str>,
    /// Whether it finds the rows of a RANGE by keys of this type.
    pub(crate) range_takes_key: fn(&Dialect, &Type) -> bool,
    /// Why the bounds of frames can only be literals, if so.
    pub(crate) frame_bounds_are_literals: Option<&'static str>,
}

/// Whether an engine has something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Support {
    /// It has.
    Yes,
    /// It has not, for this reason.
    No(&'static str),
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

/// What is written in the place of an expression: a template, `{0}` in it standing for the first of these, and so on.
pub(crate) struct Rewrite<'e> {
    pub(crate) template: Cow<'static, str>,
    pub(crate) args: Vec<Cow<'e, Expr>>,
}

static SAME_FUNCTIONS: FunctionTable = FunctionTable::new(&[], WithoutRow::Same);

/// What dialects start from: SQL as the standard and Trino write it.
pub(crate) static ANSI: Dialect = Dialect {
    engine: Engine::Trino,
    is_reserved: |_, _| false,
    lowercases_unquoted_names: false,
    identifier_quote: '"',
    type_name: spell_type,
    quoted: |_, text| quoted(text),
    literal: spell_literal,
    refuses_column: |_, _| None,
    // From char to varchar nothing converts by itself.
    writes_conversion: |_, from, to, place| match (from, to) {
        (Type::Char(_), Type::Varchar(_)) => true,
        // What it knows of the text's length would give another type.
        (Type::Varchar(None), Type::Char(_)) => place != Conversion::Operand,
        _ => false,
    },
    cast: write_cast,
    engine_type: |_, expr| expr.ty.clone(),
    rewrite: |_, _| None,
    refuses_comparison: |_, _| None,
    like: write_like,
    expands_between: false,
    extract_is_function: false,
    distinct_from_is_greedy: false,
    nulls_sort_last: true,
    limit_before_offset: false,
    limit_is_integer: false,
    refuses_counts: |_, _| None,
    comma_binds_before_join: false,
    requires_unique_output_names: false,
    cast_keeps_column_name: false,
    values_can_hold: |_, _| true,
    in_values_needs_select: false,
    in_select_may_be_list: false,
    in_list_may_be_query: false,
    selects_sort_key: |_, _| false,
    set_operation_all: Support::Yes,
    refuses_subquery: |_, _| None,
    functions: &SAME_FUNCTIONS,
    listagg_within_group: true,
    aggregate_order_by: Support::Yes,
    ranking_requires_order_by: false,
    frame_groups: Support::Yes,
    supports_filter_with_over: true,
    refuses_call: |_, _| None,
    refuses_volatile: |_, _| None,
    range_takes_key: |_, _| true,
    frame_bounds_are_literals: None,
};

impl Dialect {
    /// The name of a type; else why there is none.
    pub(crate) fn type_name(&self, ty: &Type) -> Result<String, &'static str> {
        (self.type_name)(self, ty)
    }

    /// A text in quotes.
    pub(crate) fn quoted(&self, text: &str) -> String {
        (self.quoted)(self, text)
    }

    /// A literal of this type; else why it can't be written.
    pub(crate) fn literal(&self, literal: &Literal, ty: &Type) -> Result<String, &'static str> {
        (self.literal)(self, literal, ty)
    }

    /// Whether a conversion that lake SQL does by itself has to be written.
    pub(crate) fn writes_conversion(&self, from: &Type, to: &Type, place: Conversion) -> bool {
        (self.writes_conversion)(self, from, to, place)
    }

    /// The type that the engine gives to an expression as it is written.
    pub(crate) fn engine_type(&self, expr: &Expr) -> Type {
        (self.engine_type)(self, expr)
    }

    /// What is written in the place of an expression, where it is not the expression.
    pub(crate) fn rewrite<'e>(&self, expr: &'e Expr) -> Option<Rewrite<'e>> {
        (self.rewrite)(self, expr)
    }

    /// Why values of this type can't be compared, if they can't.
    pub(crate) fn refuses_comparison(&self, ty: &Type) -> Option<&'static str> {
        (self.refuses_comparison)(self, ty)
    }
}
