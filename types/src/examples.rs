//! One example of every type, for lists of types and for tests that have to meet them all.

use crate::{Field, Item, Type};

impl Type {
    /// One example of every type, `varchar` with a length and without. A test that walks
    /// them meets each type that there is, and those that are added later.
    pub fn examples() -> Vec<Type> {
        std::iter::successors(Some(Type::Unknown), after).collect()
    }

    /// The names of the types that can be written, without what stands in parentheses.
    pub fn names() -> Vec<&'static str> {
        let mut names = Vec::new();
        for ty in Type::examples().iter().skip(1) {
            if !names.contains(&ty.name()) {
                names.push(ty.name());
            }
        }
        names
    }

    /// The name of this type without what stands in parentheses, and without a time zone.
    pub const fn name(&self) -> &'static str {
        match self {
            Type::Unknown => "unknown",
            Type::Boolean => "boolean",
            Type::TinyInt => "tinyint",
            Type::SmallInt => "smallint",
            Type::Integer => "integer",
            Type::BigInt => "bigint",
            Type::Real => "real",
            Type::Double => "double",
            Type::Decimal { .. } => "decimal",
            Type::Varchar(_) => "varchar",
            Type::Char(_) => "char",
            Type::Varbinary => "varbinary",
            Type::Date => "date",
            Type::Time(_) | Type::TimeTz(_) => "time",
            Type::Timestamp(_) | Type::TimestampTz(_) => "timestamp",
            Type::IntervalYearToMonth => "interval year to month",
            Type::IntervalDayToSecond => "interval day to second",
            Type::Json => "json",
            Type::Uuid => "uuid",
            Type::IpAddress => "ipaddress",
            Type::Array(_) => "array",
            Type::Map(..) => "map",
            Type::Row(_) => "row",
        }
    }
}

/// The example after that of a type. A type that is added does not compile before it has
/// its place here.
fn after(ty: &Type) -> Option<Type> {
    Some(match ty {
        Type::Unknown => Type::Boolean,
        Type::Boolean => Type::TinyInt,
        Type::TinyInt => Type::SmallInt,
        Type::SmallInt => Type::Integer,
        Type::Integer => Type::BigInt,
        Type::BigInt => Type::Real,
        Type::Real => Type::Double,
        Type::Double => Type::decimal(12, 2),
        Type::Decimal { .. } => Type::VARCHAR,
        Type::Varchar(None) => Type::Varchar(Some(25)),
        Type::Varchar(Some(_)) => Type::Char(3),
        Type::Char(_) => Type::Varbinary,
        Type::Varbinary => Type::Date,
        Type::Date => Type::Time(3),
        Type::Time(_) => Type::TimeTz(3),
        Type::TimeTz(_) => Type::Timestamp(6),
        Type::Timestamp(_) => Type::TimestampTz(3),
        Type::TimestampTz(_) => Type::IntervalYearToMonth,
        Type::IntervalYearToMonth => Type::IntervalDayToSecond,
        Type::IntervalDayToSecond => Type::Json,
        Type::Json => Type::Uuid,
        Type::Uuid => Type::IpAddress,
        Type::IpAddress => Type::array(Type::BigInt),
        Type::Array(_) => Type::Map(
            Type::VARCHAR.into(),
            Item { ty: Type::decimal(12, 2), nullable: false }.into(),
        ),
        Type::Map(..) => Type::Row(vec![
            Field { name: Some("a".into()), ty: Type::Date, nullable: false },
            Field { name: None, ty: Type::array(Type::Double), nullable: true },
        ]),
        Type::Row(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_a_name_that_reads_back() {
        let examples = Type::examples();
        for (i, ty) in examples.iter().enumerate() {
            assert!(!examples[..i].contains(ty), "{ty} comes twice");
            let name = ty.to_string();
            assert!(name.starts_with(ty.name()), "{ty:?}");
            let read = Type::parse(&name).unwrap();
            // Which values can be NULL is not part of the type, but of its name.
            assert_eq!(format!("{read:?}"), format!("{ty:?}"), "{name}");
        }
        assert_eq!(examples.len(), 26);
        assert_eq!(Type::names().len(), 22);
    }
}
