//! The correspondence of lake SQL's types and Arrow's, and the check that a
//! result has the columns that its query was compiled for.

use std::sync::Arc;

use arrow_schema::{DataType, Field, IntervalUnit, Schema, TimeUnit};
use lakequery_types::{Item, Type, same_name};

use crate::error::{Error, Kind, Result};

/// The Arrow unit that holds so many digits of a second.
pub(crate) const fn time_unit(precision: u8) -> TimeUnit {
    match precision {
        0 => TimeUnit::Second,
        1..=3 => TimeUnit::Millisecond,
        4..=6 => TimeUnit::Microsecond,
        _ => TimeUnit::Nanosecond,
    }
}

/// How many digits of a second the unit holds.
pub(crate) const fn precision(unit: TimeUnit) -> u8 {
    match unit {
        TimeUnit::Second => 0,
        TimeUnit::Millisecond => 3,
        TimeUnit::Microsecond => 6,
        TimeUnit::Nanosecond => 9,
    }
}

/// The type of lake SQL that a column of this Arrow type has, with what can be NULL
/// in it; `None` where it has none.
pub(crate) fn logical(arrow: &DataType) -> Option<Type> {
    Some(match arrow {
        DataType::Null => Type::Unknown,
        DataType::Boolean => Type::Boolean,
        DataType::Int8 => Type::TinyInt,
        DataType::Int16 | DataType::UInt8 => Type::SmallInt,
        DataType::Int32 | DataType::UInt16 => Type::Integer,
        DataType::Int64 | DataType::UInt32 => Type::BigInt,
        DataType::UInt64 => Type::decimal(20, 0),
        DataType::Float16 | DataType::Float32 => Type::Real,
        DataType::Float64 => Type::Double,
        DataType::Decimal32(precision, scale)
        | DataType::Decimal64(precision, scale)
        | DataType::Decimal128(precision, scale)
        | DataType::Decimal256(precision, scale)
            if *precision <= lakequery_types::MAX_PRECISION =>
        {
            let scale = u8::try_from(*scale).ok().filter(|scale| scale <= precision)?;
            Type::decimal(*precision, scale)
        }
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Type::VARCHAR,
        DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::FixedSizeBinary(_) => Type::Varbinary,
        DataType::Date32 => Type::Date,
        DataType::Date64 => Type::Timestamp(3),
        DataType::Time32(unit) | DataType::Time64(unit) => Type::Time(precision(*unit)),
        DataType::Timestamp(unit, None) => Type::Timestamp(precision(*unit)),
        DataType::Timestamp(unit, Some(_)) => Type::TimestampTz(precision(*unit)),
        DataType::Interval(IntervalUnit::YearMonth) => Type::IntervalYearToMonth,
        // What is finer than a millisecond would be cut.
        DataType::Duration(TimeUnit::Second | TimeUnit::Millisecond) => Type::IntervalDayToSecond,
        DataType::List(element)
        | DataType::LargeList(element)
        | DataType::ListView(element)
        | DataType::LargeListView(element)
        | DataType::FixedSizeList(element, _) => Type::Array(item(element)?.into()),
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(members) if members.len() == 2 => {
                Type::Map(logical(members[0].data_type())?.into(), item(&members[1])?.into())
            }
            _ => return None,
        },
        DataType::Struct(members) => Type::Row(
            members
                .iter()
                .map(|member| {
                    let Item { ty, nullable } = item(member)?;
                    let name = Some(member.name().clone());
                    Some(lakequery_types::Field { name, ty, nullable })
                })
                .collect::<Option<_>>()?,
        ),
        DataType::Dictionary(_, value) => logical(value)?,
        DataType::RunEndEncoded(_, value) => logical(value.data_type())?,
        _ => return None,
    })
}

fn item(field: &Field) -> Option<Item> {
    Some(Item { ty: logical(field.data_type())?, nullable: field.is_nullable() })
}

/// The one Arrow type that columns of a type of lake SQL have in this crate's
/// batches; `None` for types that no backend can carry yet. It has room for
/// NULL wherever one may come, whatever is known of the column.
pub(crate) fn canonical(ty: &Type) -> Option<DataType> {
    let field = |name: &str, ty: &Type, nullable| {
        Some(Arc::new(Field::new(name, canonical(ty)?, nullable)))
    };
    Some(match ty {
        Type::Unknown => DataType::Null,
        Type::Boolean => DataType::Boolean,
        Type::TinyInt => DataType::Int8,
        Type::SmallInt => DataType::Int16,
        Type::Integer => DataType::Int32,
        Type::BigInt => DataType::Int64,
        Type::Real => DataType::Float32,
        Type::Double => DataType::Float64,
        Type::Decimal { precision, scale } => {
            DataType::Decimal128(*precision, i8::try_from(*scale).ok()?)
        }
        Type::Varchar(_) | Type::Char(_) | Type::Json | Type::Uuid | Type::IpAddress => {
            DataType::Utf8
        }
        Type::Varbinary => DataType::Binary,
        Type::Date => DataType::Date32,
        Type::Time(0..=9) => DataType::Time64(TimeUnit::Nanosecond),
        Type::Timestamp(p @ 0..=9) => DataType::Timestamp(time_unit(*p), None),
        Type::TimestampTz(p @ 0..=9) => DataType::Timestamp(time_unit(*p), Some("UTC".into())),
        Type::IntervalYearToMonth => DataType::Interval(IntervalUnit::YearMonth),
        Type::IntervalDayToSecond => DataType::Duration(TimeUnit::Millisecond),
        Type::Array(element) => {
            DataType::List(field(Field::LIST_FIELD_DEFAULT_NAME, &element.ty, true)?)
        }
        Type::Map(key, value) => {
            let members = vec![field("key", key, false)?, field("value", &value.ty, true)?];
            DataType::Map(
                Arc::new(Field::new("entries", DataType::Struct(members.into()), false)),
                false,
            )
        }
        Type::Row(fields) => DataType::Struct(
            fields
                .iter()
                .enumerate()
                .map(|(i, member)| match &member.name {
                    Some(name) => field(name, &member.ty, true),
                    None => field(&format!("{UNNAMED}{i}"), &member.ty, true),
                })
                .collect::<Option<_>>()?,
        ),
        _ => return None,
    })
}

/// What the Arrow fields of a row's fields without a name are called, before their numbers.
pub(crate) const UNNAMED: &str = "field";

/// What to call an Arrow type in a message.
pub(crate) fn type_name(arrow: &DataType) -> String {
    match logical(arrow) {
        Some(ty) => ty.with_nulls().to_string(),
        None => format!("Arrow's {arrow}"),
    }
}

/// Whether a column of this canonical Arrow type holds values of the type:
/// lengths of texts don't count, precisions and scales do. Nor does it count whether
/// the type of what is in it says that it is never NULL: the rows tell.
pub(crate) fn holds(ty: &Type, arrow: &DataType) -> bool {
    match (ty, arrow) {
        (Type::TimestampTz(p), DataType::Timestamp(unit, Some(_))) => time_unit(*p) == *unit,
        (Type::Array(element), DataType::List(field)) => holds(&element.ty, field.data_type()),
        (Type::Map(key, value), DataType::Map(entries, _)) => match entries.data_type() {
            DataType::Struct(members) => {
                members.len() == 2
                    && holds(key, members[0].data_type())
                    && holds(&value.ty, members[1].data_type())
            }
            _ => false,
        },
        (Type::Row(fields), DataType::Struct(members)) => {
            fields.len() == members.len()
                && fields.iter().zip(members).all(|(field, member)| {
                    let name = field.name.as_deref();
                    name.is_none_or(|name| same_name(name, member.name()))
                        && holds(&field.ty, member.data_type())
                })
        }
        _ => canonical(ty).is_some_and(|canonical| canonical == *arrow),
    }
}

/// A column that a query was compiled for; with an empty name, any name will do.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    pub(crate) name: &'static str,
    pub(crate) ty: Type,
}

/// Holds a result's columns against those that its query was compiled for.
pub(crate) fn check(expected: &[Expected], found: &Schema) -> Result<()> {
    let agrees = |expected: &Expected, found: &Field| {
        (expected.name.is_empty() || same_name(expected.name, found.name()))
            && holds(&expected.ty, found.data_type())
    };
    let fields = found.fields();
    if expected.len() == fields.len() && expected.iter().zip(fields).all(|(e, f)| agrees(e, f)) {
        return Ok(());
    }
    let mut message =
        String::from("the schema has drifted: the result is not what the query was compiled for");
    for i in 0..expected.len().max(fields.len()) {
        let line = match (expected.get(i), fields.get(i)) {
            (Some(e), Some(f)) if agrees(e, f) => continue,
            (Some(e), Some(f)) => format!(
                "column {}: expected {}, found {}",
                i + 1,
                expected_name(e),
                named(f.name(), &type_name(f.data_type())),
            ),
            (Some(e), None) => {
                format!("column {}: expected {}, found none", i + 1, expected_name(e))
            }
            (None, Some(f)) => format!(
                "column {}: expected none, found {}",
                i + 1,
                named(f.name(), &type_name(f.data_type()))
            ),
            (None, None) => continue,
        };
        message.push_str("\n  ");
        message.push_str(&line);
    }
    Err(Error::new(Kind::SchemaDrift, message).help(
        "refresh the snapshots with `cargo lake refresh` and build again, or CAST in the query",
    ))
}

fn expected_name(expected: &Expected) -> String {
    named(expected.name, &expected.ty.clone().with_nulls().to_string())
}

fn named(name: &str, ty: &str) -> String {
    if name.is_empty() { ty.to_owned() } else { format!("{name} {ty}") }
}
