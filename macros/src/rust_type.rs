//! What can be told of a Rust type from its tokens alone: whether it is, or is made of, one
//! of those that everyone knows, and does not fit a column.
//!
//! The last word is rustc's, through the trait `FromSql`; but what it says of
//! a trait is longer than what can be said here.

use std::ops::Range;

use lakequery_types::Type;
use proc_macro2::TokenStream;

use crate::kinds::{names, rust, without_paths};
use crate::type_part::{self, Form, Part};

/// The Rust types that mean the same everywhere.
#[rustfmt::skip]
const WELL_KNOWN: &[&str] = &[
    "bool", "char", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128",
    "usize", "f32", "f64", "String", "&str", "NaiveDate", "NaiveTime", "NaiveDateTime",
    "DateTime<Utc>", "DateTime<FixedOffset>", "Vec<u8>",
];

/// Those that hold others.
const COLLECTIONS: &[&str] = &["Vec", "HashMap", "BTreeMap", "HashSet", "BTreeSet"];

/// What is wrong with a type that is written for a column.
pub(crate) struct Mismatch {
    /// "expected `A`, found `B`"
    pub(crate) message: String,
    /// The tokens of the part that is wrong, as [`problem::flat`](crate::problem::flat) counts
    /// them.
    pub(crate) part: Range<usize>,
}

/// What is wrong with a type where it surely does not fit the column; `None` where it fits, or
/// rustc has to find out.
pub(crate) fn mismatch(written: &TokenStream, column: &Type, nullable: bool) -> Option<Mismatch> {
    let ty = type_part::read(written)?;
    // A column that is never NULL may be read into an Option too.
    let (optional, inner) = match ty.optional() {
        Some(inner) => (true, inner),
        None => (false, &ty),
    };
    match difference(inner, column) {
        // Of a type that is wrong as a whole all is said at once.
        Some(Difference::Whole) => Some(found(&ty, column, nullable, "")),
        Some(Difference::Part(mismatch)) => Some(mismatch),
        None if nullable && !optional && is_well_known(inner) => {
            let Part { text, tokens, .. } = inner;
            let message = format!("expected `Option<{}>`, found `{text}`", without_path(text));
            Some(Mismatch { message, part: tokens.clone() })
        }
        None => None,
    }
}

/// What is wrong with a type.
enum Difference {
    /// It, whatever is in it.
    Whole,
    /// A part of it.
    Part(Mismatch),
}

/// What is wrong with a type that is no `Option`, apart from NULL.
fn difference(ty: &Part, column: &Type) -> Option<Difference> {
    if names(column).contains(&without_path(&ty.text)) {
        return None;
    }
    match (column, &ty.form) {
        (Type::Array(element), Form::Path { name, arguments }) if name == "Vec" => {
            inside(arguments.first()?, &element.ty, element.nullable)
        }
        (Type::Map(key, value), Form::Path { name, arguments })
            if name == "HashMap" || name == "BTreeMap" =>
        {
            let [of_keys, of_values, ..] = &arguments[..] else { return None };
            inside(of_keys, key, false).or_else(|| inside(of_values, &value.ty, value.nullable))
        }
        (Type::Row(fields), Form::Tuple(parts)) if parts.len() == fields.len() => {
            let mut pairs = parts.iter().zip(fields);
            pairs.find_map(|(part, field)| inside(part, &field.ty, field.nullable))
        }
        (_, form) => {
            let holds = match form {
                Form::Tuple(_) => true,
                Form::Path { name, .. } => COLLECTIONS.contains(&&**name),
                Form::Other => false,
            };
            (holds || is_well_known(ty)).then_some(Difference::Whole)
        }
    }
}

/// What is wrong with a type inside of another, where an `Option` may be left out.
fn inside(ty: &Part, column: &Type, nullable: bool) -> Option<Difference> {
    let inner = ty.optional().unwrap_or(ty);
    difference(inner, column).map(|difference| match difference {
        Difference::Whole => Difference::Part(found(ty, column, nullable, " in it")),
        part => part,
    })
}

fn found(ty: &Part, column: &Type, nullable: bool, place: &str) -> Mismatch {
    let found = ty.text.replace(',', ", ").replace(", )", ",)");
    let or_struct = match column {
        Type::Row(_) => " or a struct that derives `lakequery::SqlRow`",
        _ => "",
    };
    let message = match rust(column, nullable) {
        Ok(expected) => {
            let expected = without_paths(&expected);
            format!("expected `{expected}`{or_struct}{place}, found `{found}`")
        }
        Err(_) => format!("`{column}` can't be read into `{found}`"),
    };
    Mismatch { message, part: ty.tokens.clone() }
}

fn is_well_known(ty: &Part) -> bool {
    WELL_KNOWN.contains(&without_path(&ty.text))
}

/// `std::string::String` as `String`; a path inside of `<…>` stays.
fn without_path(ty: &str) -> &str {
    let head = ty.find('<').unwrap_or(ty.len());
    &ty[ty[..head].rfind("::").map_or(0, |at| at + 2)..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_surely_wrong_is_said() {
        for (rust, column, expected) in [
            ("i64", "bigint not null", None),
            ("Option<i64>", "bigint not null", None),
            ("String", "bigint not null", Some("expected `i64`, found `String`")),
            ("i32", "bigint", Some("expected `Option<i64>`, found `i32`")),
            ("i64", "bigint", Some("expected `Option<i64>`, found `i64`")),
            ("Option<i32>", "bigint not null", Some("expected `i64`, found `Option<i32>`")),
            ("std::option::Option<std::string::String>", "varchar", None),
            ("i64", "integer not null", None),
            ("i64", "integer", Some("expected `Option<i64>`, found `i64`")),
            (
                "chrono::NaiveDate",
                "varchar not null",
                Some("expected `String`, found `chrono::NaiveDate`"),
            ),
            ("Vec<u8>", "varchar not null", Some("expected `String`, found `Vec<u8>`")),
            ("OrderKey", "bigint", None),
            ("Option<OrderKey>", "varchar", None),
            ("Vec<OrderKey>", "varchar", Some("expected `Option<String>`, found `Vec<OrderKey>`")),
            ("Decimal", "bigint not null", None),
            ("f64", "decimal(12,2) not null", Some("expected `Decimal`, found `f64`")),
        ] {
            held(rust, column, expected);
        }
    }

    #[test]
    fn what_is_nested_is_looked_into() {
        let pairs = "array(row(\"a\" bigint not null, \"b\" map(date,real)) not null) not null";
        for (rust, column, expected) in [
            ("i64", "array(bigint) not null", Some("expected `Vec<Option<i64>>`, found `i64`")),
            ("Vec<i64>", "array(bigint) not null", None),
            ("Vec<Option<i64>>", "array(bigint not null) not null", None),
            ("Vec<Own>", "array(bigint)", None),
            ("Own", "array(bigint)", None),
            ("Own<i32>", "array(bigint)", None),
            (
                "std::vec::Vec<i32>",
                "array(bigint)",
                Some("expected `Option<i64>` in it, found `i32`"),
            ),
            ("Vec<u8>", "array(smallint not null)", Some("expected `i16` in it, found `u8`")),
            (
                "Vec<Vec<Option<String>>>",
                "array(array(date))",
                Some("expected `Option<NaiveDate>` in it, found `Option<String>`"),
            ),
            (
                "HashSet<i64>",
                "array(bigint not null) not null",
                Some("expected `Vec<i64>`, found `HashSet<i64>`"),
            ),
            ("BTreeMap<String, i64>", "map(varchar,bigint) not null", None),
            ("HashMap<String, i64, S>", "map(varchar,bigint) not null", None),
            (
                "HashMap<i64, i64>",
                "map(varchar,bigint) not null",
                Some("expected `String` in it, found `i64`"),
            ),
            (
                "Vec<(String, i64)>",
                "map(varchar,bigint) not null",
                Some("expected `HashMap<String, Option<i64>>`, found `Vec<(String, i64)>`"),
            ),
            ("HashMap<f64, i64>", "map(double,bigint) not null", None),
            ("Vec<(i64, HashMap<NaiveDate, f32>)>", pairs, None),
            ("Vec<Own>", pairs, None),
            (
                "Vec<(i64,)>",
                pairs,
                Some(
                    "expected `(i64, Option<HashMap<NaiveDate, Option<f32>>>)` or a struct that \
                     derives `lakequery::SqlRow` in it, found `(i64,)`",
                ),
            ),
            (
                "Vec<(i64, HashMap<NaiveDate, Vec<f32>>)>",
                pairs,
                Some("expected `Option<f32>` in it, found `Vec<f32>`"),
            ),
            ("Vec<(Own, Own)>", pairs, None),
            ("fn(i64)", pairs, None),
        ] {
            let column = match column.strip_suffix(" not null") {
                Some(_) => column.to_owned(),
                None => format!("{column} not null"),
            };
            held(rust, &column, expected);
        }
    }

    #[test]
    fn the_part_that_is_wrong_is_found() {
        for (rust, column, part) in [
            ("std::vec::Vec<Option<i64>>", "array(date)", 8..12),
            ("(A, Vec<(B, i64)>)", "row(date, array(row(date, date)))", 8..9),
            ("HashMap<String, (i64,)>", "map(varchar,date)", 4..8),
            ("Vec<i64>", "date", 0..4),
        ] {
            let found = mismatch(&rust.parse().unwrap(), &Type::parse(column).unwrap(), false);
            assert_eq!(found.unwrap().part, part, "{rust}");
        }
    }

    fn held(rust: &str, column: &str, expected: Option<&str>) {
        let (ty, nullable) = match column.strip_suffix(" not null") {
            Some(ty) => (ty, false),
            None => (column, true),
        };
        let found = mismatch(&rust.parse().unwrap(), &Type::parse(ty).unwrap(), nullable);
        let found = found.map(|found| found.message);
        assert_eq!(found.as_deref(), expected, "{rust} for {column}");
    }
}
