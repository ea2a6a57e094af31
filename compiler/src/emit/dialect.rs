//! What a dialect can say about itself.

use std::borrow::Cow;

use lakequery_types::{Engine, Type};

use crate::tree::{Call, Expr, Literal, Version};

use super::place::Clause;
use super::{
    Cast, Conversion, Counts, FunctionTable, HiddenKey, Like, Sample, Subquery, Unnest, Writer,
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

    /// Why a value of this type can't be bound, if it can't.
    pub(crate) refuses_parameter: fn(&Dialect, &Type) -> Option<&'static str>,
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
    /// Whether the result of arithmetic on decimals keeps its fraction where it has no room for
    /// all digits.
    pub(crate) decimals_keep_fraction: Support,
    /// Why an operator or a function gives another value than in lake SQL, and no other SQL for
    /// it does better, if so.
    pub(crate) refuses_value: fn(&Dialect, &Expr) -> Option<&'static str>,
    /// Why values of this type can't be compared, if they can't.
    pub(crate) refuses_comparison: fn(&Dialect, &Type) -> Option<&'static str>,
    /// Whether a comparison of arrays or rows knows a NULL in them: it is NULL then, where
    /// nothing else decides.
    pub(crate) compares_nulls_inside: Support,
    /// Writes LIKE.
    pub(crate) like: fn(&mut Writer<'_>, Like<'_>),
    /// Whether BETWEEN has to be written as two comparisons where a bound can be NULL: it is
    /// NULL there, even if the value is beyond the other bound.
    pub(crate) expands_between: bool,
    /// Whether BETWEEN takes no arrays and rows: they are compared with each bound then.
    pub(crate) between_takes_scalars: bool,
    /// Whether `year(x)` is written for `EXTRACT(YEAR FROM x)`.
    pub(crate) extract_is_function: bool,
    /// Whether `a IS DISTINCT FROM b AND c` is read as `a IS DISTINCT FROM (b AND c)`.
    pub(crate) distinct_from_is_greedy: bool,

    /// Whether it makes arrays and rows, and takes them apart.
    pub(crate) nested_values: Support,
    /// Whether it has the functions of SQL/JSON, `JSON_VALUE` and its like.
    pub(crate) sql_json: Support,

    /// Whether `ORDER BY x` puts NULLs last, whichever way it goes.
    pub(crate) nulls_sort_last: bool,
    /// Whether grouping sets can leave out a key that is not a column.
    pub(crate) grouping_sets_of_expressions: Support,
    /// Whether a grouping set without keys is a group where there are no rows, too.
    pub(crate) groups_no_rows: bool,
    /// Whether HAVING can ask `grouping`, and for keys that are not columns, where there are
    /// grouping sets.
    pub(crate) having_asks_for_sets: bool,
    /// Whether `grouping` gives another type than integer.
    pub(crate) grouping_is_cast: bool,
    /// What is written for a timestamp that is shown in a time zone where the zone changes
    /// nothing, in the result or compared, if it is not the timestamp itself.
    pub(crate) instant: for<'e> fn(&Dialect, &'e Expr, Conversion) -> Option<Rewrite<'e>>,
    /// Whether LIMIT is written before OFFSET.
    pub(crate) limit_before_offset: bool,
    /// Whether LIMIT and OFFSET, and the bounds of ROWS, take no bigint.
    pub(crate) limit_is_integer: bool,
    /// Why so many rows can't be counted off, if they can't.
    pub(crate) refuses_counts: fn(&Dialect, &Counts) -> Option<&'static str>,
    /// Writes the version of a table behind its name.
    pub(crate) version: fn(&mut Writer<'_>, &Version),
    /// Writes a sample of a relation.
    pub(crate) sample: fn(&mut Writer<'_>, Sample<'_>),
    /// Writes UNNEST and its alias.
    pub(crate) unnest: fn(&mut Writer<'_>, Unnest<'_>),
    /// Whether what is written for UNNEST itself keeps the rows that have no elements, so that
    /// a LEFT JOIN with it becomes a CROSS JOIN.
    pub(crate) unnest_keeps_rows: bool,
    /// Whether UNNEST may take a column of one of its tables for one of a table beside the query
    /// in FROM that it is in, so that columns have to be written with their tables.
    pub(crate) unnest_qualifies_columns: bool,
    /// Why a FULL JOIN can have no conditions but equations, if so.
    pub(crate) full_join_takes_equations: Option<&'static str>,
    /// Whether a query in parentheses, which may have clauses behind it, has to be in FROM.
    pub(crate) parentheses_need_from: bool,
    /// Whether GROUP BY and HAVING take a name for an output column before an input column, as
    /// ORDER BY does.
    pub(crate) aliases_hide_columns: bool,
    /// Whether WHERE and its like stand only behind a FROM.
    pub(crate) clauses_need_from: bool,
    /// Whether a JOIN behind a comma joins all that stands before it.
    pub(crate) comma_binds_before_join: bool,
    /// Whether the columns of a select must have different names.
    pub(crate) requires_unique_output_names: bool,
    /// Whether a column that is cast keeps its name: ORDER BY would find two of one name.
    pub(crate) cast_keeps_column_name: bool,
    /// Whether INTERSECT ALL and EXCEPT ALL take two columns of one name, in one of their
    /// sides, for one column.
    pub(crate) multiset_requires_unique_names: bool,
    /// Whether a row of VALUES can hold this expression.
    pub(crate) values_can_hold: fn(&Dialect, &Expr) -> bool,
    /// Whether `VALUES (x)` takes the fields of a row `x` for its columns.
    pub(crate) values_spread_rows: bool,
    /// Whether `(VALUES …)` is not read as a query where an expression or a list can be.
    pub(crate) values_need_select: bool,
    /// Whether `IN (SELECT x)` is read as a list of expressions where it can be: `SELECT -x`
    /// is a subtraction, too.
    pub(crate) in_select_may_be_list: bool,
    /// Whether the query of IN can be more than a SELECT: a set operation, or one with both
    /// ORDER BY and LIMIT.
    pub(crate) in_query_may_be_any: bool,
    /// Whether `((SELECT x) LIMIT 1)` is read as a query where an expression can be.
    pub(crate) subquery_may_begin_with_parenthesis: bool,
    /// Whether `IN ((SELECT …), …)` is read as the query of IN.
    pub(crate) in_list_may_be_query: bool,
    /// Whether a query in WITH can have the name of one of a query around it.
    pub(crate) with_hides_outer_names: Support,
    /// Whether a sort key that is not an output column has to be selected.
    pub(crate) selects_sort_key: fn(&Dialect, HiddenKey) -> bool,
    /// Whether it has INTERSECT ALL and EXCEPT ALL.
    pub(crate) set_operation_all: Support,
    /// Whether it has `> ALL (SELECT …)` and its like in a clause.
    pub(crate) has_quantified: fn(&Dialect, Clause) -> bool,
    /// Why it can't run a subquery in an expression, if it can't.
    pub(crate) refuses_subquery: fn(&Dialect, &Subquery<'_>) -> Option<&'static str>,

    /// What is written for functions, where `rewrite` has nothing for the call.
    pub(crate) functions: &'static FunctionTable,
    /// Whether `listagg` and its like take their order in WITHIN GROUP.
    pub(crate) listagg_within_group: bool,
    /// Whether `listagg` cuts a text that becomes too long, where it is asked to.
    pub(crate) listagg_truncates: Support,
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

/// What is written in the place of an expression: a template, in which `{0}` stands for
/// the first of the arguments, and so on.
pub(crate) struct Rewrite<'e> {
    pub(crate) template: Cow<'static, str>,
    pub(crate) args: Vec<Cow<'e, Expr>>,
}

/// Methods that ask a dialect: each calls the function in the field of its name.
macro_rules! questions {
    ($($name:ident($($argument:ident: $ty:ty),*) -> $answer:ty;)*) => {
        impl Dialect {
            $(pub(crate) fn $name(&self, $($argument: $ty),*) -> $answer {
                (self.$name)(self, $($argument),*)
            })*
        }
    };
}

questions! {
    is_reserved(word: &str) -> bool;
    type_name(ty: &Type) -> Result<String, &'static str>;
    quoted(text: &str) -> String;
    literal(literal: &Literal, ty: &Type) -> Result<String, &'static str>;
    refuses_parameter(ty: &Type) -> Option<&'static str>;
    refuses_column(ty: &Type) -> Option<&'static str>;
    writes_conversion(from: &Type, to: &Type, place: Conversion) -> bool;
    engine_type(expr: &Expr) -> Type;
    refuses_value(expr: &Expr) -> Option<&'static str>;
    refuses_comparison(ty: &Type) -> Option<&'static str>;
    refuses_counts(counts: &Counts) -> Option<&'static str>;
    values_can_hold(expr: &Expr) -> bool;
    selects_sort_key(key: HiddenKey) -> bool;
    refuses_subquery(subquery: &Subquery<'_>) -> Option<&'static str>;
    has_quantified(clause: Clause) -> bool;
    refuses_call(call: &Call) -> Option<&'static str>;
    refuses_volatile(clause: Clause) -> Option<&'static str>;
    range_takes_key(key: &Type) -> bool;
}

impl Dialect {
    /// What is written for a timestamp where its zone changes nothing, as the field says.
    pub(crate) fn instant<'e>(&self, expr: &'e Expr, place: Conversion) -> Option<Rewrite<'e>> {
        (self.instant)(self, expr, place)
    }

    /// What is written in the place of an expression, as the field says.
    pub(crate) fn rewrite<'e>(&self, expr: &'e Expr) -> Option<Rewrite<'e>> {
        (self.rewrite)(self, expr)
    }
}
