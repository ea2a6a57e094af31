//! The Rust side of each type of lake SQL, in one table.

use lakequery_compiler::OutputColumn;
use lakequery_types::{Field, Item, Type};

use crate::nested::Nested;

/// A type of lake SQL that is not nested, in Rust.
struct Scalar {
    /// The kind, `BigInt`: what `FromSql` and `ToSql` are implemented for. The names of the
    /// runtime's traits for its parameters, lists and columns begin with it.
    kind: &'static str,
    /// The Rust type that a column of it is read into, as code.
    rust: &'static str,
    /// The names of the runtime's own types that it can be read into, the one in `rust`
    /// first.
    names: &'static [&'static str],
}

macro_rules! private {
    ($path:literal) => {
        concat!("::lakequery::__private::", $path)
    };
}

/// What Rust has for a type that is not nested.
fn scalar(ty: &Type) -> Option<Scalar> {
    let (kind, rust, names): (&'static str, &str, &'static [&'static str]) = match ty {
        Type::Boolean => ("Boolean", "::core::primitive::bool", &["bool"]),
        Type::TinyInt => {
            ("TinyInt", "::core::primitive::i8", &["i8", "i16", "i32", "i64", "Decimal"])
        }
        Type::SmallInt => ("SmallInt", "::core::primitive::i16", &["i16", "i32", "i64", "Decimal"]),
        Type::Integer => ("Integer", "::core::primitive::i32", &["i32", "i64", "Decimal"]),
        Type::BigInt => ("BigInt", "::core::primitive::i64", &["i64", "Decimal"]),
        Type::Real => ("Real", "::core::primitive::f32", &["f32", "f64"]),
        Type::Double => ("Double", "::core::primitive::f64", &["f64"]),
        Type::Decimal { .. } => ("Decimal", private!("Decimal"), &["Decimal"]),
        Type::Varchar(_) | Type::Char(_) => ("Varchar", "::std::string::String", &["String"]),
        Type::Varbinary => ("Varbinary", "::std::vec::Vec<::core::primitive::u8>", &["Vec<u8>"]),
        Type::Date => ("Date", private!("chrono::NaiveDate"), &["NaiveDate"]),
        Type::Time(_) => ("Time", private!("chrono::NaiveTime"), &["NaiveTime"]),
        Type::Timestamp(_) => ("Timestamp", private!("chrono::NaiveDateTime"), &["NaiveDateTime"]),
        Type::TimestampTz(_) => (
            "TimestampTz",
            private!("chrono::DateTime<::lakequery::__private::chrono::FixedOffset>"),
            &["DateTime<FixedOffset>", "DateTime<Utc>"],
        ),
        Type::IntervalYearToMonth => ("IntervalYearToMonth", private!("Months"), &["Months"]),
        Type::IntervalDayToSecond => {
            ("IntervalDayToSecond", private!("chrono::TimeDelta"), &["TimeDelta", "Duration"])
        }
        Type::Json => ("Json", "::std::string::String", &["String"]),
        Type::Uuid => ("Uuid", "::std::string::String", &["String"]),
        Type::IpAddress => ("IpAddress", "::core::net::IpAddr", &["IpAddr", "String"]),
        _ => return None,
    };
    Some(Scalar { kind, rust, names })
}

/// The names of the runtime's own types that a type can be read into; none where it is
/// nested.
pub(crate) fn names(ty: &Type) -> &'static [&'static str] {
    scalar(ty).map_or(&[], |scalar| scalar.names)
}

/// The most fields of a row that is a tuple: those for which the standard library, and so the
/// runtime, implements its traits.
const LONGEST_TUPLE: usize = 12;

/// The Rust type that a column of the type is read into, as code. What can be NULL in an
/// array, a map or a row is an `Option`.
///
/// # Errors
///
/// One sentence where Rust has nothing for the type.
pub(crate) fn rust(ty: &Type, nullable: bool) -> Result<String, String> {
    if nullable {
        return Ok(format!("::core::option::Option<{}>", rust(ty, false)?));
    }
    Ok(match ty {
        Type::Array(element) => format!("::std::vec::Vec<{}>", rust_item(element)?),
        Type::Map(key, _) if !is_key(key) => {
            return Err(format!(
                "a Rust map has no keys of the type `{key}`, as floating-point numbers have no \
                 order and no hash: read it as pairs, `map_entries(…)`, or cast it to a map with \
                 other keys"
            ));
        }
        Type::Map(key, value) => {
            format!("::std::collections::HashMap<{}, {}>", rust(key, false)?, rust_item(value)?)
        }
        Type::Row(fields) if fields.len() > LONGEST_TUPLE => {
            return Err(format!(
                "a tuple has at most {LONGEST_TUPLE} fields, and this row has {}: read it into a \
                 struct that derives `lakequery::SqlRow`, `AS name: Struct`",
                fields.len()
            ));
        }
        Type::Row(fields) => {
            let field = |Field { name: _, ty, nullable }: &Field| Ok(rust(ty, *nullable)? + ",");
            format!("({})", fields.iter().map(field).collect::<Result<String, String>>()?)
        }
        ty => scalar(ty).ok_or_else(|| no_rust_type(ty))?.rust.to_owned(),
    })
}

fn rust_item(Item { ty, nullable }: &Item) -> Result<String, String> {
    rust(ty, *nullable)
}

/// Whether a Rust map can have keys of what the type is read into.
fn is_key(ty: &Type) -> bool {
    match ty {
        Type::Real | Type::Double | Type::Map(..) => false,
        Type::Array(element) => is_key(&element.ty),
        Type::Row(fields) => fields.iter().all(|field| is_key(&field.ty)),
        _ => true,
    }
}

fn no_rust_type(ty: &Type) -> String {
    format!("`{ty}` has no Rust type; cast it to another type")
}

/// A Rust type of ours as people write it: without its paths.
pub(crate) fn without_paths(code: &str) -> String {
    let name = |part: &str| part.rsplit("::").next().unwrap_or_default().trim().to_owned();
    let short: String = code.split_inclusive(['<', '>', ',', '(', ')']).map(name).collect();
    short.replace(",)", ")").replace(',', ", ")
}

/// The way of a value between Rust and SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// A column is read. Whether elements, values and fields can be NULL is not in its kind,
    /// so that who writes a Rust type for it may leave their `Option` out.
    Read,
    /// A parameter is given.
    Given,
}

/// The kind of a type: `::lakequery::__private::sql_types::Array<…>`.
///
/// # Errors
///
/// One sentence where Rust has nothing for the type.
pub(crate) fn kind(ty: &Type, way: Way, nested: &mut Nested) -> Result<String, String> {
    let kind = match ty {
        Type::Array(element) => format!("Array<{}>", kind_inside(element, way, nested)?),
        Type::Map(key, value) => {
            format!("Map<{}, {}>", kind(key, way, nested)?, kind_inside(value, way, nested)?)
        }
        Type::Row(fields) => format!("Row<{}>", nested.row(fields, way)?),
        ty => scalar(ty).ok_or_else(|| no_rust_type(ty))?.kind.to_owned(),
    };
    Ok(private!("sql_types::").to_owned() + &kind)
}

/// The kind of what is in an array, a map or a row.
pub(crate) fn kind_inside(item: &Item, way: Way, nested: &mut Nested) -> Result<String, String> {
    let kind = kind(&item.ty, way, nested)?;
    Ok(if item.nullable && way == Way::Given { nullable_kind(&kind) } else { kind })
}

/// The kind of what may be NULL, too.
pub(crate) fn nullable_kind(kind: &str) -> String {
    format!("::lakequery::__private::sql_types::Nullable<{kind}>")
}

/// A trait of the Rust types that can be given in a place.
pub(crate) enum Place {
    /// One of the runtime's: its path, behind the first `::`.
    Anywhere(String),
    /// One that the expansion declares: its name.
    Here(String),
}

/// The trait of the Rust types that may be a parameter of a type.
///
/// # Errors
///
/// One sentence where Rust has nothing for the type.
pub(crate) fn parameter(ty: &Type, nullable: bool, nested: &mut Nested) -> Result<Place, String> {
    Ok(match scalar(ty) {
        Some(Scalar { kind, .. }) => {
            let or_null = if nullable { "OrNull" } else { "" };
            Place::Anywhere(format!("lakequery::__private::{kind}{or_null}Parameter"))
        }
        None => Place::Here(nested.parameter(ty, nullable)?),
    })
}

/// The trait of the Rust types that may be a list of a type.
///
/// # Errors
///
/// One sentence where Rust has nothing for the type.
pub(crate) fn list(ty: &Type, nested: &mut Nested) -> Result<Place, String> {
    let path = match scalar(ty) {
        Some(Scalar { kind, .. }) => format!("lakequery::__private::{kind}List"),
        None => {
            let kind = kind(ty, Way::Given, nested)?;
            format!("lakequery::__private::ToSqlList::<{kind}>")
        }
    };
    Ok(Place::Anywhere(path))
}

/// The trait of the Rust types that a column of a type can be read into. `shown` is a type
/// whose name rustc shows as that of the column.
///
/// # Errors
///
/// One sentence where Rust has nothing for the type.
pub(crate) fn column(
    OutputColumn { name, ty, nullable, .. }: &OutputColumn,
    shown: &str,
    nested: &mut Nested,
) -> Result<String, String> {
    match scalar(ty) {
        Some(Scalar { kind, .. }) => {
            let or_null = if *nullable { "OrNull" } else { "" };
            Ok(format!("::lakequery::__private::{kind}{or_null}Column<{shown}>"))
        }
        None => nested.column(name.as_deref().unwrap_or("value"), ty, *nullable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_of_a_snapshot_has_a_kind() {
        for (name, read, given, of_rust) in [
            ("bigint", "BigInt", "BigInt", "i64"),
            ("char(3)", "Varchar", "Varchar", "String"),
            ("array(varchar)", "Array<Varchar>", "Array<Nullable<Varchar>>", "Vec<Option<String>>"),
            ("array(varchar not null)", "Array<Varchar>", "Array<Varchar>", "Vec<String>"),
            (
                "map(varchar,array(double))",
                "Map<Varchar, Array<Double>>",
                "Map<Varchar, Nullable<Array<Nullable<Double>>>>",
                "HashMap<String, Option<Vec<Option<f64>>>>",
            ),
            (
                "map(varchar,array(double) not null)",
                "Map<Varchar, Array<Double>>",
                "Map<Varchar, Array<Nullable<Double>>>",
                "HashMap<String, Vec<Option<f64>>>",
            ),
            (
                "row(bigint, date not null)",
                "Row<(BigInt, Date)>",
                "Row<(Nullable<BigInt>, Date)>",
                "(Option<i64>, NaiveDate)",
            ),
            ("row(\"a\" bigint)", "Row<__row0>", "Row<__given1>", "(Option<i64>)"),
            ("timestamp(3) with time zone", "TimestampTz", "TimestampTz", "DateTime<FixedOffset>"),
        ] {
            let ty = Type::parse(name).unwrap();
            let mut nested = Nested::default();
            let kinds = [Way::Read, Way::Given].map(|way| kind(&ty, way, &mut nested).unwrap());
            assert_eq!(kinds.map(|kind| without_paths(&kind)), [read, given], "{name}");
            assert_eq!(without_paths(&rust(&ty, false).unwrap()), of_rust, "{name}");
        }
        let nested = &mut Nested::default();
        for ty in [Type::TimeTz(3), Type::array(Type::Unknown)] {
            assert!(kind(&ty, Way::Read, nested).is_err() && rust(&ty, false).is_err());
        }
    }

    #[test]
    fn every_type_has_a_kind() {
        for ty in Type::examples() {
            let none = matches!(ty, Type::Unknown | Type::TimeTz(_));
            assert_eq!(kind(&ty, Way::Given, &mut Nested::default()).is_err(), none, "{ty}");
            assert_eq!(rust(&ty, false).is_err(), none, "{ty}");
        }
    }

    #[test]
    fn what_no_tuple_and_no_map_can_hold_is_told() {
        for (name, expected) in [
            ("map(double,varchar)", "a Rust map has no keys of the type `double`"),
            ("array(map(row(real),varchar))", "a Rust map has no keys of the type `row(real)`"),
            (&format!("row({})", ["date"; 13].join(", ")), "a tuple has at most 12 fields, and"),
        ] {
            let ty = Type::parse(name).unwrap();
            let message = rust(&ty, true).unwrap_err();
            assert!(message.starts_with(expected), "{name}: {message}");
            assert!(kind(&ty, Way::Read, &mut Nested::default()).is_ok(), "{name}");
        }
    }
}
