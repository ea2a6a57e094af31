//! Arrays and maps.

use lakequery_types::Type;

use crate::emit::FunctionSql::{Name, Same, Template, Unsupported};
use crate::emit::{FunctionRow, by, named, same, template, typed, unsupported};
use crate::tree::Expr;

#[rustfmt::skip]
const SAME: &[&str] = &[
    "array_distinct", "array_sort", "array_position", "array_remove", "array_union",
    "array_intersect", "array_except", "arrays_overlap", "sequence", "map_keys", "map_values",
    "shuffle",
];

pub(super) const ROWS: &[FunctionRow] = &[
    same(SAME),
    typed(&["cardinality"], "size({0})", Type::Integer),
    by(&["element_at"], |args| match args {
        [Expr { ty: Type::Array(_), .. }, _] => Template("try_element_at({0}, {1:int})"),
        _ => Name("try_element_at"),
    }),
    by(&["map_from_entries"], |args| match args.first().map(|array| &array.ty) {
        // Spark's is NULL where one of the entries is.
        Some(Type::Array(entry)) if entry.nullable => Template(
            "map_from_entries(transform({0}, e -> coalesce(e, raise_error('map entry cannot be null'))))",
        ),
        _ => Same,
    }),
    // Spark's fails at a key that both have; lake SQL takes the value of the last map.
    by(&["map_concat"], |args| match args.len() {
        2 => Template(
            "map_concat(map_filter({0}, (lake_key, lake_value) -> NOT map_contains_key({1}, lake_key)), {1})",
        ),
        _ => Unsupported("Spark fails at a key that several maps have; join them two by two"),
    }),
    template(
        &["map_entries"],
        "transform(map_entries({0}), e -> named_struct('col1', e.key, 'col2', e.value))",
    ),
    by(&["zip"], |args| match args.len() {
        2 => Template("zip_with({0}, {1}, (x, y) -> named_struct('col1', x, 'col2', y))"),
        _ => Unsupported("Spark's names the fields after the arrays; zip two"),
    }),
    named(&["contains"], "array_contains"),
    template(&["array_max"], "CASE WHEN NOT exists({0}, e -> e IS NULL) THEN array_max({0}) END"),
    template(&["array_min"], "CASE WHEN NOT exists({0}, e -> e IS NULL) THEN array_min({0}) END"),
    by(&["flatten"], |args| match args.first().map(|array| &array.ty) {
        // Spark's is NULL where one of the arrays is.
        Some(Type::Array(element)) if element.nullable => {
            Template("flatten(filter({0}, e -> e IS NOT NULL))")
        }
        _ => Same,
    }),
    by(&["array_join"], |args| match args.first().map(|array| &array.ty) {
        Some(Type::Array(element)) if matches!(element.ty, Type::Varchar(_)) => Same,
        _ => Unsupported("Spark joins texts only"),
    }),
    template(&["slice"], "slice({0}, {1:int}, {2:int})"),
    template(&["trim_array"], "slice({0}, 1, size({0}) - {1:int})"),
    template(&["repeat"], "array_repeat({0}, {1:int})"),
    by(&["split"], |args| match args.len() {
        2 => Template("split({0}, concat('\\\\Q', {1}, '\\\\E'))"),
        _ => Template("split({0}, concat('\\\\Q', {1}, '\\\\E'), {2:int})"),
    }),
    by(&["map"], |args| match args.len() {
        0 => Same,
        _ => Name("map_from_arrays"),
    }),
    unsupported(&["split_to_map"], "Spark's takes an entry without a value"),
];
