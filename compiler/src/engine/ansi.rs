//! What dialects start from.

use lakequery_types::{Engine, Type};

use crate::emit::{
    Conversion, Dialect, FunctionTable, Support, WithoutRow, quoted, spell_literal, spell_type,
    write_cast, write_like, write_sample, write_unnest, write_version,
};

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
    // A text is bound for a char.
    refuses_parameter: |dialect, ty| dialect.type_name(ty).err().filter(|_| !ty.is_text()),
    refuses_column: |_, _| None,
    // From char to varchar nothing converts by itself.
    writes_conversion: |_, from, to, place| match (from, to) {
        (Type::Char(_), Type::Varchar(_)) => true,
        // What it knows of the text's length would give another type.
        (Type::Varchar(None), Type::Char(_)) => {
            !matches!(place, Conversion::Operand | Conversion::Member)
        }
        // `ARRAY[]` may be an array of anything, and an element of an array of arrays.
        (Type::Array(_) | Type::Map(..), _) => {
            place == Conversion::Argument && !from.is_known() && to.is_known()
        }
        _ => false,
    },
    cast: write_cast,
    engine_type: |_, expr| expr.ty.clone(),
    rewrite: |_, _| None,
    decimals_keep_fraction: Support::Yes,
    refuses_comparison: |_, _| None,
    compares_nulls_inside: Support::Yes,
    like: write_like,
    between_takes_scalars: false,
    expands_between: false,
    extract_is_function: false,
    distinct_from_is_greedy: false,
    nested_values: Support::Yes,
    sql_json: Support::Yes,
    nulls_sort_last: true,
    grouping_sets_of_expressions: Support::Yes,
    groups_no_rows: true,
    having_asks_for_sets: true,
    grouping_is_cast: false,
    instant: |_, _, _| None,
    limit_before_offset: false,
    limit_is_integer: false,
    refuses_counts: |_, _| None,
    version: write_version,
    sample: write_sample,
    unnest: write_unnest,
    unnest_keeps_rows: false,
    unnest_qualifies_columns: false,
    full_join_takes_equations: None,
    parentheses_need_from: false,
    aliases_hide_columns: false,
    clauses_need_from: false,
    comma_binds_before_join: false,
    requires_unique_output_names: false,
    cast_keeps_column_name: false,
    multiset_requires_unique_names: false,
    values_spread_rows: false,
    values_can_hold: |_, _| true,
    values_need_select: false,
    in_select_may_be_list: false,
    in_query_may_be_any: true,
    subquery_may_begin_with_parenthesis: true,
    in_list_may_be_query: false,
    selects_sort_key: |_, _| false,
    with_hides_outer_names: Support::Yes,
    set_operation_all: Support::Yes,
    has_quantified: |_, _| false,
    refuses_subquery: |_, _| None,
    functions: &SAME_FUNCTIONS,
    listagg_within_group: true,
    listagg_truncates: Support::Yes,
    aggregate_order_by: Support::Yes,
    ranking_requires_order_by: false,
    frame_groups: Support::Yes,
    supports_filter_with_over: true,
    refuses_call: |_, _| None,
    refuses_value: |_, _| None,
    refuses_volatile: |_, _| None,
    range_takes_key: |_, _| true,
    frame_bounds_are_literals: None,
};
