//! The Rust side of each type of lake SQL, in one table.

use lakequery_types::Type;
use proc_macro2::TokenStream;
use quote::quote;

/// A type of lake SQL in Rust.
pub(crate) struct Kind {
    /// The kind, `sql_types::BigInt`: what `FromSql` and `ToSql` are implemented for.
    pub(crate) kind: TokenStream,
    /// The Rust type that a column of it is read into.
    pub(crate) rust: TokenStream,
    /// The names of the runtime's own types that it can be read into, the one in
    /// `rust` first; empty where they are not simple names.
    pub(crate) names: &'static [&'static str],
}

impl Kind {
    /// The kind of a type.
    ///
    /// # Errors
    ///
    /// One sentence where Rust has nothing for the type.
    pub(crate) fn of(ty: &Type) -> Result<Kind, String> {
        macro_rules! kind {
            ($kind:ident, $rust:ty, $names:expr) => {
                Kind {
                    kind: quote!(::lakequery::__private::sql_types::$kind),
                    rust: quote!($rust),
                    names: &$names,
                }
            };
        }
        Ok(match ty {
            Type::Boolean => kind!(Boolean, ::core::primitive::bool, ["bool"]),
            Type::TinyInt => {
                kind!(TinyInt, ::core::primitive::i8, ["i8", "i16", "i32", "i64", "Decimal"])
            }
            Type::SmallInt => {
                kind!(SmallInt, ::core::primitive::i16, ["i16", "i32", "i64", "Decimal"])
            }
            Type::Integer => kind!(Integer, ::core::primitive::i32, ["i32", "i64", "Decimal"]),
            Type::BigInt => kind!(BigInt, ::core::primitive::i64, ["i64", "Decimal"]),
            Type::Real => kind!(Real, ::core::primitive::f32, ["f32", "f64"]),
            Type::Double => kind!(Double, ::core::primitive::f64, ["f64"]),
            Type::Decimal { .. } => kind!(Decimal, ::lakequery::__private::Decimal, ["Decimal"]),
            Type::Varchar(_) | Type::Char(_) => kind!(Varchar, ::std::string::String, ["String"]),
            Type::Varbinary => {
                kind!(Varbinary, ::std::vec::Vec<::core::primitive::u8>, ["Vec<u8>"])
            }
            Type::Date => kind!(Date, ::lakequery::__private::chrono::NaiveDate, ["NaiveDate"]),
            Type::Time(_) => {
                kind!(Time, ::lakequery::__private::chrono::NaiveTime, ["NaiveTime"])
            }
            Type::Timestamp(_) => {
                kind!(Timestamp, ::lakequery::__private::chrono::NaiveDateTime, ["NaiveDateTime"])
            }
            Type::TimestampTz(_) => kind!(
                TimestampTz,
                ::lakequery::__private::chrono::DateTime<
                    ::lakequery::__private::chrono::FixedOffset,
                >,
                ["DateTime<FixedOffset>", "DateTime<Utc>"]
            ),
            Type::IntervalYearToMonth => {
                kind!(IntervalYearToMonth, ::lakequery::__private::Months, ["Months"])
            }
            Type::IntervalDayToSecond => kind!(
                IntervalDayToSecond,
                ::lakequery::__private::chrono::TimeDelta,
                ["TimeDelta", "Duration"]
            ),
            Type::Json => kind!(Json, ::std::string::String, ["String"]),
            Type::Uuid => kind!(Uuid, ::std::string::String, ["String"]),
            Type::IpAddress => kind!(IpAddress, ::core::net::IpAddr, ["IpAddr", "String"]),
            Type::Array(element) => {
                let Kind { kind, rust, .. } = Kind::of(element)?;
                Kind {
                    kind: quote!(::lakequery::__private::sql_types::Array<#kind>),
                    rust: quote!(::std::vec::Vec<#rust>),
                    names: &[],
                }
            }
            Type::Map(key, value) => {
                let (key, value) = (Kind::of(key)?, Kind::of(value)?);
                let (key_kind, key_rust) = (key.kind, key.rust);
                let (value_kind, value_rust) = (value.kind, value.rust);
                Kind {
                    kind: quote!(::lakequery::__private::sql_types::Map<#key_kind, #value_kind>),
                    rust: quote!(::std::collections::HashMap<#key_rust, #value_rust>),
                    names: &[],
                }
            }
            // The runtime implements its traits for tuples of up to this many.
            Type::Row(fields) if fields.len() <= 8 => {
                let fields = fields.iter().map(|field| Kind::of(&field.ty));
                let fields = fields.collect::<Result<Vec<Kind>, String>>()?;
                let kinds = fields.iter().map(|field| &field.kind);
                let rusts = fields.iter().map(|field| &field.rust);
                Kind {
                    kind: quote!(::lakequery::__private::sql_types::Row<(#(#kinds,)*)>),
                    rust: quote!((#(#rusts,)*)),
                    names: &[],
                }
            }
            _ => return Err(format!("there is no Rust type for `{ty}`; cast it to another type")),
        })
    }

    /// The same, for a column that can be NULL.
    pub(crate) fn nullable(self) -> Kind {
        let Kind { kind, rust, names } = self;
        Kind {
            kind: quote!(::lakequery::__private::sql_types::Nullable<#kind>),
            rust: quote!(::core::option::Option<#rust>),
            names,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_of_a_snapshot_has_a_kind() {
        for (name, kind, rust) in [
            ("bigint", "BigInt", "i64"),
            ("char(3)", "Varchar", "String"),
            ("array(varchar)", "Array<Varchar>", "Vec<String>"),
            (
                "map(varchar,array(double))",
                "Map<Varchar,Array<Double>>",
                "HashMap<String,Vec<f64>>",
            ),
            ("row(a bigint, date)", "Row<(BigInt,Date,)>", "(i64,NaiveDate,)"),
            ("timestamp(3) with time zone", "TimestampTz", "DateTime<FixedOffset>"),
        ] {
            let found = Kind::of(&Type::parse(name).unwrap()).unwrap();
            // Without the paths.
            let short = |tokens: TokenStream| {
                let text = tokens.to_string().replace(' ', "");
                let paths = ["::lakequery::__private::", "sql_types::", "::core::primitive::"];
                let paths = paths.iter().chain(
                    ["::std::string::", "::std::vec::", "::std::collections::", "chrono::"].iter(),
                );
                paths.fold(text, |text, path| text.replace(path, "")).replace(",>", ">")
            };
            assert_eq!((short(found.kind), short(found.rust)), (kind.into(), rust.into()));
        }
        assert!(Kind::of(&Type::TimeTz(3)).is_err());
        assert!(Kind::of(&Type::Array(Type::Unknown.into())).is_err());
    }
}
