//! The Rust side of each type of lake SQL, in one table.

use lakequery_types::{Field, Item, Type};

/// A type of lake SQL in Rust, as code.
pub(crate) struct Kind {
    /// The kind, `sql_types::BigInt`: what `FromSql` and `ToSql` are implemented for.
    /// Whether elements, values and fields can be NULL is not in it, so that who
    /// writes a Rust type for a column may leave their `Option` out.
    pub(crate) kind: String,
    /// The Rust type that a column of it is read into. What can be NULL in an array,
    /// a map or a row is an `Option`.
    pub(crate) rust: String,
    /// The names of the runtime's own types that it can be read into, the one in
    /// `rust` first; empty where they are not simple names.
    pub(crate) names: &'static [&'static str],
    /// The name of a type that is not nested: the runtime's traits for its
    /// parameters, lists and columns begin with it, and word what rustc says.
    plain: Option<&'static str>,
    null: bool,
}

macro_rules! private {
    ($path:literal) => {
        concat!("::lakequery::__private::", $path)
    };
}

impl Kind {
    /// The kind of a type.
    ///
    /// # Errors
    ///
    /// One sentence where Rust has nothing for the type.
    pub(crate) fn of(ty: &Type) -> Result<Kind, String> {
        let (kind, rust, names): (&'static str, &str, &'static [&'static str]) = match ty {
            Type::Boolean => ("Boolean", "::core::primitive::bool", &["bool"]),
            Type::TinyInt => {
                ("TinyInt", "::core::primitive::i8", &["i8", "i16", "i32", "i64", "Decimal"])
            }
            Type::SmallInt => {
                ("SmallInt", "::core::primitive::i16", &["i16", "i32", "i64", "Decimal"])
            }
            Type::Integer => ("Integer", "::core::primitive::i32", &["i32", "i64", "Decimal"]),
            Type::BigInt => ("BigInt", "::core::primitive::i64", &["i64", "Decimal"]),
            Type::Real => ("Real", "::core::primitive::f32", &["f32", "f64"]),
            Type::Double => ("Double", "::core::primitive::f64", &["f64"]),
            Type::Decimal { .. } => ("Decimal", private!("Decimal"), &["Decimal"]),
            Type::Varchar(_) | Type::Char(_) => ("Varchar", "::std::string::String", &["String"]),
            Type::Varbinary => {
                ("Varbinary", "::std::vec::Vec<::core::primitive::u8>", &["Vec<u8>"])
            }
            Type::Date => ("Date", private!("chrono::NaiveDate"), &["NaiveDate"]),
            Type::Time(_) => ("Time", private!("chrono::NaiveTime"), &["NaiveTime"]),
            Type::Timestamp(_) => {
                ("Timestamp", private!("chrono::NaiveDateTime"), &["NaiveDateTime"])
            }
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
            Type::Array(element) => {
                let Kind { kind, rust, .. } = Kind::of_item(element)?;
                return Ok(Kind::nested(
                    format!("Array<{kind}>"),
                    format!("::std::vec::Vec<{rust}>"),
                ));
            }
            Type::Map(key, value) => {
                let (key, value) = (Kind::of(key)?, Kind::of_item(value)?);
                return Ok(Kind::nested(
                    format!("Map<{}, {}>", key.kind, value.kind),
                    format!("::std::collections::HashMap<{}, {}>", key.rust, value.rust),
                ));
            }
            // The runtime implements its traits for tuples of up to this many.
            Type::Row(fields) if fields.len() <= 8 => {
                let (mut kinds, mut rusts) = (String::new(), String::new());
                for Field { name: _, ty, nullable } in fields {
                    let Kind { kind, rust, .. } = Kind::of(ty)?.inside(*nullable);
                    kinds += &(kind + ",");
                    rusts += &(rust + ",");
                }
                return Ok(Kind::nested(format!("Row<({kinds})>"), format!("({rusts})")));
            }
            _ => return Err(format!("there is no Rust type for `{ty}`; cast it to another type")),
        };
        let plain = Some(kind);
        Ok(Kind { names, plain, ..Kind::nested(kind.to_owned(), rust.to_owned()) })
    }

    fn of_item(Item { ty, nullable }: &Item) -> Result<Kind, String> {
        Ok(Kind::of(ty)?.inside(*nullable))
    }

    /// The same, for what is in an array, a map or a row.
    fn inside(self, nullable: bool) -> Kind {
        if nullable { Kind { rust: option(&self.rust), ..self } } else { self }
    }

    fn nested(kind: String, rust: String) -> Kind {
        let kind = private!("sql_types::").to_owned() + &kind;
        Kind { kind, rust, names: &[], plain: None, null: false }
    }

    /// The same, for a column that can be NULL.
    pub(crate) fn nullable(self) -> Kind {
        let Kind { kind, rust, names, plain, null: _ } = self;
        Kind {
            kind: format!("::lakequery::__private::sql_types::Nullable<{kind}>"),
            rust: option(&rust),
            names,
            plain,
            null: true,
        }
    }

    /// The trait of the Rust types that may be a parameter of it.
    pub(crate) fn parameter(&self) -> String {
        match (self.plain, self.null) {
            (Some(name), false) => format!("lakequery::__private::{name}Parameter"),
            (Some(name), true) => format!("lakequery::__private::{name}OrNullParameter"),
            (None, _) => format!("lakequery::__private::ToSql::<{}>", self.kind),
        }
    }

    /// The trait of the Rust types that may be a list of it.
    pub(crate) fn list(&self) -> String {
        match self.plain {
            Some(name) => format!("lakequery::__private::{name}List"),
            None => format!("lakequery::__private::ToSqlList::<{}>", self.kind),
        }
    }

    /// The trait of the Rust types that a column of it can be read into. `column`
    /// is a type whose name rustc shows as that of the column.
    pub(crate) fn column(&self, column: &str) -> String {
        match (self.plain, self.null) {
            (Some(name), false) => format!("::lakequery::__private::{name}Column<{column}>"),
            (Some(name), true) => {
                format!("::lakequery::__private::{name}OrNullColumn<{column}>")
            }
            (None, _) => {
                format!("::lakequery::__private::NestedColumn<{}, {column}>", self.kind)
            }
        }
    }
}

fn option(rust: &str) -> String {
    format!("::core::option::Option<{rust}>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_of_a_snapshot_has_a_kind() {
        for (name, kind, rust) in [
            ("bigint", "BigInt", "i64"),
            ("char(3)", "Varchar", "String"),
            ("array(varchar)", "Array<Varchar>", "Vec<Option<String>>"),
            ("array(varchar not null)", "Array<Varchar>", "Vec<String>"),
            (
                "map(varchar,array(double))",
                "Map<Varchar,Array<Double>>",
                "HashMap<String,Option<Vec<Option<f64>>>>",
            ),
            (
                "map(varchar,array(double) not null)",
                "Map<Varchar,Array<Double>>",
                "HashMap<String,Vec<Option<f64>>>",
            ),
            ("row(a bigint, date not null)", "Row<(BigInt,Date,)>", "(Option<i64>,NaiveDate,)"),
            ("timestamp(3) with time zone", "TimestampTz", "DateTime<FixedOffset>"),
        ] {
            let found = Kind::of(&Type::parse(name).unwrap()).unwrap();
            // Without the paths.
            let short = |code: String| {
                let code = code.replace(' ', "");
                let name = |part: &str| part.rsplit("::").next().unwrap_or_default().to_owned();
                code.split_inclusive(['<', '>', ',', '(', ')']).map(name).collect::<String>()
            };
            assert_eq!((short(found.kind), short(found.rust)), (kind.into(), rust.into()));
        }
        assert!(Kind::of(&Type::TimeTz(3)).is_err());
        assert!(Kind::of(&Type::array(Type::Unknown)).is_err());
    }

    #[test]
    fn every_type_has_a_kind() {
        for ty in Type::examples() {
            let none = matches!(ty, Type::Unknown | Type::TimeTz(_));
            assert_eq!(Kind::of(&ty).is_err(), none, "{ty}");
        }
    }
}
