//! What can be told of a Rust type from its tokens alone: whether it is one of
//! those that everyone knows, and does not fit a column.
//!
//! The last word is rustc's, through the trait `FromSql`; but what it says of
//! a trait is longer than what can be said here.

use lakequery_types::Type;
use proc_macro2::TokenStream;

use crate::kinds::Kind;

/// The Rust types that mean the same everywhere.
#[rustfmt::skip]
const WELL_KNOWN: &[&str] = &[
    "bool", "char", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128",
    "usize", "f32", "f64", "String", "&str", "NaiveDate", "NaiveTime", "NaiveDateTime",
    "DateTime<Utc>", "DateTime<FixedOffset>", "Vec<u8>",
];

/// "expected `A`, found `B`" for a well-known type that the column can't be read
/// into; `None` where it can be, or rustc has to find out.
pub(crate) fn mismatch(rust: &TokenStream, column: &Type, nullable: bool) -> Option<String> {
    let written = rust.to_string().replace(' ', "");
    let (optional, inner) = match without_path(&written).strip_prefix("Option<") {
        Some(rest) => (true, rest.strip_suffix('>')?),
        None => (false, written.as_str()),
    };
    let inner = without_path(inner);
    if !WELL_KNOWN.contains(&inner) {
        return None;
    }
    let names = Kind::of(column).ok()?.names;
    let fits = names.contains(&inner);
    // A column that is never NULL may be read into an Option too.
    if fits && (optional || !nullable) {
        return None;
    }
    let expected = if fits { inner } else { names.first()? };
    Some(if nullable {
        format!("expected `Option<{expected}>`, found `{written}`")
    } else {
        format!("expected `{expected}`, found `{written}`")
    })
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
            ("Vec<OrderKey>", "varchar", None),
            ("Decimal", "bigint not null", None),
            ("f64", "decimal(12,2) not null", Some("expected `Decimal`, found `f64`")),
            ("i64", "array(bigint) not null", None),
        ] {
            let (ty, nullable) = match column.strip_suffix(" not null") {
                Some(ty) => (ty, false),
                None => (column, true),
            };
            let found = mismatch(&rust.parse().unwrap(), &Type::parse(ty).unwrap(), nullable);
            assert_eq!(found.as_deref(), expected, "{rust} for {column}");
        }
    }
}
