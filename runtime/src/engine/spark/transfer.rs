//! How columns travel: what the Thrift Server can't carry without loss is asked
//! for in another form, by a query around the query.
//!
//! Its own texts of arrays, maps and structs can't be read back, so they are
//! asked for as JSON, with leaves that JSON has no place for as texts. Instants
//! are asked for as microseconds, so that no session's time zone matters.

use lakequery_types::Type;

use crate::spark_sql::literal;
use crate::spark_sql::spark_type::SparkType;

/// A column as `DESCRIBE QUERY` tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Described {
    pub(super) name: String,
    pub(super) ty: SparkType,
}

/// What to write before and after a query with these columns; `None` where it
/// can be sent as it is.
pub(super) fn around(columns: &[Described]) -> Option<(String, String)> {
    let mut rewritten = false;
    let (mut select, mut names) = (String::new(), String::new());
    for (i, column) in columns.iter().enumerate() {
        let name = format!("c{i}");
        let expression = outer(&column.ty, &name);
        rewritten |= expression.is_some();
        let separator = if i > 0 { ", " } else { "" };
        select.push_str(separator);
        select.push_str(expression.as_deref().unwrap_or(&name));
        names.push_str(separator);
        names.push_str(&name);
    }
    // The line break ends a comment that the query may end in.
    rewritten.then(|| (format!("SELECT {select} FROM ("), format!("\n) AS t({names})")))
}

fn outer(ty: &SparkType, value: &str) -> Option<String> {
    match ty {
        SparkType::Timestamp => Some(format!("unix_micros({value})")),
        SparkType::Time(_) | SparkType::String { collated: true } => {
            Some(format!("CAST({value} AS STRING)"))
        }
        SparkType::Variant => Some(format!("to_json({value})")),
        SparkType::Array(_) | SparkType::Map(..) | SparkType::Struct(_) => {
            // A session's setting of this is not heard where results are streamed.
            Some(format!("to_json({}, map('ignoreNullFields', 'false'))", inner(ty, value, 0)))
        }
        _ => None,
    }
}

/// Whether `to_json` writes values of the type without loss.
fn plain(ty: &SparkType) -> bool {
    match ty {
        SparkType::Void
        | SparkType::Boolean
        | SparkType::TinyInt
        | SparkType::SmallInt
        | SparkType::Int
        | SparkType::BigInt
        | SparkType::Float
        | SparkType::Double
        | SparkType::Decimal(..)
        | SparkType::String { collated: false }
        | SparkType::Date => true,
        SparkType::Array(element) => plain(element),
        SparkType::Map(key, value) => {
            matches!(**key, SparkType::String { collated: false }) && plain(value)
        }
        SparkType::Struct(fields) => fields.iter().all(|(_, ty)| plain(ty)),
        _ => false,
    }
}

/// The value inside of a nested one, made of what `to_json` writes without loss.
fn inner(ty: &SparkType, value: &str, depth: usize) -> String {
    let variable = format!("v{depth}");
    let deeper = depth + 1;
    match ty {
        ty if plain(ty) => value.to_owned(),
        SparkType::Binary => format!("hex({value})"),
        SparkType::Timestamp => format!("unix_micros({value})"),
        SparkType::YearMonth => {
            format!("CAST(CAST({value} AS INTERVAL YEAR TO MONTH) AS STRING)")
        }
        SparkType::DayTime => format!("CAST(CAST({value} AS INTERVAL DAY TO SECOND) AS STRING)"),
        SparkType::Variant => format!("to_json({value})"),
        SparkType::Array(element) => {
            let element = inner(element, &variable, deeper);
            format!("transform({value}, {variable} -> {element})")
        }
        SparkType::Map(key, item) => {
            let key = inner(key, &format!("{variable}.key"), deeper);
            let item = inner(item, &format!("{variable}.value"), deeper);
            format!(
                "transform(map_entries({value}), {variable} -> \
                 named_struct('key', {key}, 'value', {item}))"
            )
        }
        SparkType::Struct(fields) => {
            let mut out = format!("IF({value} IS NULL, NULL, named_struct(");
            for (i, (name, ty)) in fields.iter().enumerate() {
                out.push_str(if i > 0 { ", " } else { "" });
                literal::text(&mut out, name);
                out.push_str(", ");
                let mut field = format!("{value}.");
                literal::quoted(&mut field, name);
                out.push_str(&inner(ty, &field, depth));
            }
            out.push_str("))");
            out
        }
        _ => format!("CAST({value} AS STRING)"),
    }
}

/// The type to decode a column of Spark's to, where this one is expected: it,
/// if values of the column can be converted to it exactly, one by one. Else the
/// column's own, which shows that the schema has drifted.
pub(super) fn target(found: &SparkType, expected: &Type) -> Type {
    if converts(found, expected) { expected.clone() } else { found.lake() }
}

fn converts(found: &SparkType, expected: &Type) -> bool {
    use SparkType as S;
    match (found, expected) {
        (S::Void, _) => true,
        (S::TinyInt | S::SmallInt | S::Int | S::BigInt, expected) => {
            expected.is_integer() || matches!(expected, Type::Decimal { .. })
        }
        (S::Decimal(..), Type::Decimal { .. }) => true,
        (S::Float, Type::Real | Type::Double) | (S::Double, Type::Double) => true,
        (
            S::String { .. },
            Type::Varchar(_) | Type::Char(_) | Type::Json | Type::Uuid | Type::IpAddress,
        ) => true,
        // A dialect may have written the JSON.
        (S::String { .. }, Type::Array(_) | Type::Map(..) | Type::Row(_)) => true,
        (S::Timestamp, Type::TimestampTz(_)) | (S::TimestampNtz, Type::Timestamp(_)) => true,
        (S::Time(_), Type::Time(_)) => true,
        (S::Array(element), Type::Array(expected)) => converts(element, &expected.ty),
        (S::Map(key, value), Type::Map(k, v)) => converts(key, k) && converts(value, &v.ty),
        (S::Struct(fields), Type::Row(expected)) => {
            fields.len() == expected.len()
                && fields.iter().zip(expected).all(|((name, ty), expected)| {
                    let same = |expected: &String| lakequery_types::same_name(expected, name);
                    expected.name.as_ref().is_none_or(same) && converts(ty, &expected.ty)
                })
        }
        (found, expected) => found.lake() == *expected,
    }
}

/// Whether the metadata of a result is enough to decode a column of the type.
pub(super) fn in_metadata(ty: &Type) -> bool {
    !matches!(
        ty,
        Type::Timestamp(_)
            | Type::TimestampTz(_)
            | Type::Time(_)
            | Type::Json
            | Type::Array(_)
            | Type::Map(..)
            | Type::Row(_)
    )
}
