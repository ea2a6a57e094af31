//! Which Arrow type stands for which type of lake SQL, and how types meet.

use std::sync::Arc;

use arrow_schema::{DataType, Field, Fields, IntervalUnit, TimeUnit};
use lakequery_types::{DecimalRule, Item, MAX_PRECISION, Type};

/// The zone in which instants are kept when nothing says otherwise.
pub(crate) const UTC: &str = "UTC";

/// The type of `interval day to second`.
pub(crate) const DAY_TO_SECOND: DataType = DataType::Duration(TimeUnit::Millisecond);

/// The type of `interval year to month`.
pub(crate) const YEAR_TO_MONTH: DataType = DataType::Interval(IntervalUnit::YearMonth);

/// The type of `timestamp(3)`.
pub(crate) const TIMESTAMP_MILLIS: DataType = DataType::Timestamp(TimeUnit::Millisecond, None);

/// The unit that holds so many digits of a second; `None` beyond nanoseconds.
pub(crate) const fn unit(precision: u8) -> Option<TimeUnit> {
    match precision {
        0 => Some(TimeUnit::Second),
        1..=3 => Some(TimeUnit::Millisecond),
        4..=6 => Some(TimeUnit::Microsecond),
        7..=9 => Some(TimeUnit::Nanosecond),
        _ => None,
    }
}

/// The digits of a second that a unit has room for.
pub(crate) const fn digits(unit: TimeUnit) -> u8 {
    match unit {
        TimeUnit::Second => 0,
        TimeUnit::Millisecond => 3,
        TimeUnit::Microsecond => 6,
        TimeUnit::Nanosecond => 9,
    }
}

/// The finer of two units.
pub(crate) const fn finer(a: TimeUnit, b: TimeUnit) -> TimeUnit {
    if digits(a) >= digits(b) { a } else { b }
}

/// The Arrow type of a lake SQL type; `None` where this engine has none.
pub(crate) fn arrow_type(ty: &Type) -> Option<DataType> {
    Some(match ty {
        Type::Unknown => DataType::Null,
        Type::Boolean => DataType::Boolean,
        Type::TinyInt => DataType::Int8,
        Type::SmallInt => DataType::Int16,
        Type::Integer => DataType::Int32,
        Type::BigInt => DataType::Int64,
        Type::Real => DataType::Float32,
        Type::Double => DataType::Float64,
        &Type::Decimal { precision, scale } => decimal(precision, scale),
        Type::Varchar(_) | Type::Char(_) | Type::Json => DataType::Utf8,
        Type::Varbinary => DataType::Binary,
        Type::Date => DataType::Date32,
        Type::Time(p) if *p <= 9 => DataType::Time64(TimeUnit::Nanosecond),
        Type::Timestamp(p) => DataType::Timestamp(unit(*p)?, None),
        Type::TimestampTz(p) => DataType::Timestamp(unit(*p)?, Some(UTC.into())),
        Type::IntervalYearToMonth => YEAR_TO_MONTH,
        Type::IntervalDayToSecond => DAY_TO_SECOND,
        Type::Array(item) => list(arrow_type(&item.ty)?),
        Type::Map(key, value) => map(arrow_type(key)?, arrow_type(&value.ty)?),
        Type::Row(fields) => {
            let types = fields.iter().map(|field| arrow_type(&field.ty));
            let types = types.collect::<Option<Vec<_>>>()?;
            row(fields.iter().map(|field| field.name.as_deref()).zip(types))
        }
        _ => return None,
    })
}

/// The type of arrays.
pub(crate) fn list(element: DataType) -> DataType {
    DataType::List(Arc::new(Field::new_list_field(element, true)))
}

/// The type of maps.
pub(crate) fn map(key: DataType, value: DataType) -> DataType {
    let members = vec![Field::new("key", key, false), Field::new("value", value, true)];
    let entries = Field::new("entries", DataType::Struct(members.into()), false);
    DataType::Map(Arc::new(entries), false)
}

/// The type of rows. A field without a name is called by its number.
pub(crate) fn row<'a>(fields: impl IntoIterator<Item = (Option<&'a str>, DataType)>) -> DataType {
    let fields = fields.into_iter().enumerate().map(|(index, (name, ty))| match name {
        Some(name) => Field::new(name, ty, true),
        None => Field::new(format!("field{index}"), ty, true),
    });
    DataType::Struct(fields.collect())
}

/// The types of the keys and the values of maps.
pub(crate) fn entry(data_type: &DataType) -> Option<(&DataType, &DataType)> {
    let DataType::Map(entries, _) = data_type else { return None };
    match entries.data_type() {
        DataType::Struct(members) if members.len() == 2 => {
            Some((members[0].data_type(), members[1].data_type()))
        }
        _ => None,
    }
}

/// Whether values of the type have others in them.
pub(crate) fn is_nested(data_type: &DataType) -> bool {
    use DataType::{FixedSizeList, LargeList, LargeListView, List, ListView, Map, Struct};
    matches!(
        data_type,
        List(_)
            | LargeList(_)
            | ListView(_)
            | LargeListView(_)
            | FixedSizeList(..)
            | Map(..)
            | Struct(_)
    )
}

/// The lake SQL type that an Arrow type stands for; `None` where it stands for none.
pub(crate) fn lake_type(data_type: &DataType) -> Option<Type> {
    Some(match canonical(data_type) {
        DataType::Null => Type::Unknown,
        DataType::Boolean => Type::Boolean,
        DataType::Int8 => Type::TinyInt,
        DataType::Int16 => Type::SmallInt,
        DataType::Int32 => Type::Integer,
        DataType::Int64 => Type::BigInt,
        DataType::Float32 => Type::Real,
        DataType::Float64 => Type::Double,
        DataType::Decimal128(precision, scale) => {
            Type::decimal(precision, u8::try_from(scale).ok()?)
        }
        DataType::Utf8 => Type::VARCHAR,
        DataType::Binary => Type::Varbinary,
        DataType::Date32 => Type::Date,
        DataType::Time64(unit) => Type::Time(digits(unit)),
        DataType::Timestamp(unit, None) => Type::Timestamp(digits(unit)),
        DataType::Timestamp(unit, Some(_)) => Type::TimestampTz(digits(unit)),
        DataType::Interval(IntervalUnit::YearMonth) => Type::IntervalYearToMonth,
        DataType::Duration(TimeUnit::Millisecond) => Type::IntervalDayToSecond,
        DataType::List(item) => Type::array(lake_type(item.data_type())?),
        ref map @ DataType::Map(..) => {
            let (key, value) = entry(map)?;
            let value = Item { ty: lake_type(value)?, nullable: true };
            Type::Map(lake_type(key)?.into(), value.into())
        }
        DataType::Struct(members) => {
            let field = |(index, member): (usize, &Arc<Field>)| {
                let name = Some(member.name()).filter(|name| **name != format!("field{index}"));
                let ty = lake_type(member.data_type())?;
                Some(lakequery_types::Field { name: name.cloned(), ty, nullable: true })
            };
            Type::Row(members.iter().enumerate().map(field).collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

/// The name of a type for messages: lake SQL's where it has one.
pub(crate) fn name(data_type: &DataType) -> String {
    lake_type(data_type).map_or_else(|| data_type.to_string(), |ty| ty.to_string())
}

/// The names of several types for messages.
pub(crate) fn names(data_types: &[DataType]) -> String {
    data_types.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// `decimal(precision,scale)`.
pub(crate) const fn decimal(precision: u8, scale: u8) -> DataType {
    DataType::Decimal128(precision, scale as i8)
}

/// The one Arrow type of those that hold the same values, so that functions
/// meet few types.
pub(crate) fn canonical(data_type: &DataType) -> DataType {
    match data_type {
        DataType::UInt8 => DataType::Int16,
        DataType::UInt16 => DataType::Int32,
        DataType::UInt32 => DataType::Int64,
        DataType::UInt64 => decimal(20, 0),
        DataType::Float16 => DataType::Float32,
        DataType::Decimal32(p, s) | DataType::Decimal64(p, s) => DataType::Decimal128(*p, *s),
        DataType::LargeUtf8 | DataType::Utf8View => DataType::Utf8,
        DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
            DataType::Binary
        }
        DataType::Date64 => DataType::Date32,
        DataType::Time32(_) | DataType::Time64(_) => DataType::Time64(TimeUnit::Nanosecond),
        DataType::Dictionary(_, value) => canonical(value),
        DataType::List(element)
        | DataType::LargeList(element)
        | DataType::ListView(element)
        | DataType::LargeListView(element)
        | DataType::FixedSizeList(element, _) => list(canonical(element.data_type())),
        DataType::Struct(members) => DataType::Struct(
            members
                .iter()
                .map(|member| Field::new(member.name(), canonical(member.data_type()), true))
                .collect(),
        ),
        DataType::Map(..) => match entry(data_type) {
            Some((key, value)) => map(canonical(key), canonical(value)),
            None => data_type.clone(),
        },
        other => other.clone(),
    }
}

/// The one Arrow type for a column of this Arrow type, of those that hold the same values;
/// `None` where lake SQL has no such type. It looks into lists, maps and rows, whose names
/// stay, as zones do.
pub fn column_type(arrow: &DataType) -> Option<DataType> {
    let inner = |field: &Arc<Field>| -> Option<Arc<Field>> {
        let ty = column_type(field.data_type())?;
        Some(Arc::new(Field::new(field.name(), ty, field.is_nullable())))
    };
    Some(match arrow {
        DataType::List(element)
        | DataType::LargeList(element)
        | DataType::ListView(element)
        | DataType::LargeListView(element)
        | DataType::FixedSizeList(element, _) => DataType::List(inner(element)?),
        DataType::Map(entries, sorted) => DataType::Map(inner(entries)?, *sorted),
        // Lake SQL has no row without fields, and tells fields apart by their names.
        DataType::Struct(members) if members.is_empty() || has_twins(members) => return None,
        DataType::Struct(members) => {
            DataType::Struct(members.iter().map(inner).collect::<Option<Fields>>()?)
        }
        DataType::Dictionary(_, value) => column_type(value)?,
        DataType::RunEndEncoded(_, value) => column_type(value.data_type())?,
        DataType::Timestamp(..) => arrow.clone(),
        _ => arrow_type(&column_lake_type(arrow)?)?,
    })
}

/// Whether two fields have one name.
fn has_twins(members: &Fields) -> bool {
    let mut names: Vec<&str> = members.iter().map(|member| member.name().as_str()).collect();
    names.sort_unstable();
    names.windows(2).any(|pair| pair[0] == pair[1])
}

/// The lake SQL type of a column, with what can be NULL in it.
fn column_lake_type(arrow: &DataType) -> Option<Type> {
    let item = |field: &Arc<Field>| {
        Some(Item { ty: column_lake_type(field.data_type())?, nullable: field.is_nullable() })
    };
    Some(match arrow {
        DataType::Decimal256(precision, scale) if *precision <= MAX_PRECISION => {
            Type::decimal(*precision, u8::try_from(*scale).ok()?)
        }
        DataType::Date64 => Type::Timestamp(3),
        DataType::Time32(unit) | DataType::Time64(unit) => Type::Time(digits(*unit)),
        DataType::Duration(TimeUnit::Second) => Type::IntervalDayToSecond,
        DataType::List(element)
        | DataType::LargeList(element)
        | DataType::ListView(element)
        | DataType::LargeListView(element)
        | DataType::FixedSizeList(element, _) => Type::Array(item(element)?.into()),
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(members) if members.len() == 2 => Type::Map(
                column_lake_type(members[0].data_type())?.into(),
                item(&members[1])?.into(),
            ),
            _ => return None,
        },
        DataType::Struct(members) => {
            let field = |member: &Arc<Field>| {
                let Item { ty, nullable } = item(member)?;
                Some(lakequery_types::Field { name: Some(member.name().clone()), ty, nullable })
            };
            Type::Row(members.iter().map(field).collect::<Option<_>>()?)
        }
        DataType::Dictionary(_, value) => column_lake_type(value)?,
        DataType::RunEndEncoded(_, value) => column_lake_type(value.data_type())?,
        other => lake_type(other)?,
    })
}

/// The name of a column's type for messages.
pub(crate) fn column_name(arrow: &DataType) -> String {
    match column_lake_type(arrow) {
        Some(ty) => ty.with_nulls().to_string(),
        None => format!("Arrow's {arrow}"),
    }
}

/// Precision and scale of the decimal that holds an integer or decimal type.
pub(crate) fn as_decimal(data_type: &DataType) -> Option<(u8, u8)> {
    lake_type(data_type)?.as_decimal()
}

/// Whether this is an integer of any width.
pub(crate) fn is_integer(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64)
}

/// Whether this is a number of lake SQL.
pub(crate) fn is_number(data_type: &DataType) -> bool {
    is_integer(data_type)
        || matches!(data_type, DataType::Float32 | DataType::Float64 | DataType::Decimal128(..))
}

/// The type that values of two types turn into without a cast, as in Trino;
/// `None` where they do not meet.
pub(crate) fn common(a: &DataType, b: &DataType) -> Option<DataType> {
    use DataType::{Date32, Decimal128, Float32, Float64, Int8, Int16, Int32, Int64, Null};
    let (a, b) = (canonical(a), canonical(b));
    if a == b {
        return Some(a);
    }
    match (&a, &b) {
        (Null, other) | (other, Null) => Some(other.clone()),
        (Float64, other) | (other, Float64) if is_number(other) => Some(Float64),
        (Float32, other) | (other, Float32) if is_number(other) => Some(Float32),
        (Decimal128(..), other) | (other, Decimal128(..)) if is_number(other) => {
            match DecimalRule::Common.result(as_decimal(&a)?, as_decimal(&b)?)? {
                Type::Decimal { precision, scale } => Some(decimal(precision, scale)),
                _ => None,
            }
        }
        (Int8 | Int16 | Int32 | Int64, _) if is_integer(&b) => {
            Some([Int64, Int32, Int16].into_iter().find(|wide| a == *wide || b == *wide)?)
        }
        (DataType::Timestamp(unit, zone), Date32) | (Date32, DataType::Timestamp(unit, zone)) => {
            Some(DataType::Timestamp(*unit, zone.clone()))
        }
        (DataType::Timestamp(x, left), DataType::Timestamp(y, right)) => {
            Some(DataType::Timestamp(finer(*x, *y), left.clone().or_else(|| right.clone())))
        }
        (DataType::List(x), DataType::List(y)) => Some(list(common(x.data_type(), y.data_type())?)),
        (DataType::Map(..), DataType::Map(..)) => {
            let ((key, value), (other_key, other_value)) = (entry(&a)?, entry(&b)?);
            Some(map(common(key, other_key)?, common(value, other_value)?))
        }
        (DataType::Struct(x), DataType::Struct(y)) if x.len() == y.len() => {
            // With some of the names only, DataFusion would look for fields by those.
            let named = x.iter().zip(y).all(|(x, y)| x.name() == y.name());
            let fields = x.iter().zip(y).map(|(x, y)| {
                let name = Some(x.name().as_str()).filter(|_| named);
                Some((name, common(x.data_type(), y.data_type())?))
            });
            Some(row(fields.collect::<Option<Vec<_>>>()?))
        }
        _ => None,
    }
}

/// [`common`] of any number of types.
pub(crate) fn common_of(types: &[DataType]) -> Option<DataType> {
    types.iter().try_fold(DataType::Null, |found, next| common(&found, next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_meet_as_in_trino() {
        // Trino: COALESCE(1, 2.5) is decimal(11,1); integer and real meet in real.
        for (a, b, expected) in [
            ("integer", "decimal(2,1)", Some("decimal(11,1)")),
            ("bigint", "decimal(10,2)", Some("decimal(21,2)")),
            ("tinyint", "integer", Some("integer")),
            ("smallint", "tinyint", Some("smallint")),
            ("bigint", "real", Some("real")),
            ("real", "double", Some("double")),
            ("decimal(38,10)", "double", Some("double")),
            ("unknown", "date", Some("date")),
            ("date", "timestamp(6)", Some("timestamp(6)")),
            ("timestamp(0)", "timestamp(3)", Some("timestamp(3)")),
            ("varchar", "integer", None),
            ("boolean", "integer", None),
            ("array(integer)", "array(decimal(2,1))", Some("array(decimal(11,1))")),
            ("array(unknown)", "array(array(date))", Some("array(array(date))")),
            ("map(tinyint,unknown)", "map(integer,real)", Some("map(integer,real)")),
            ("row(a integer)", "row(a bigint)", Some("row(\"a\" bigint)")),
            ("row(a integer)", "row(b integer)", Some("row(integer)")),
            ("row(a date, b date)", "row(a date, date)", Some("row(date, date)")),
            ("row(integer)", "row(integer, integer)", None),
            ("array(integer)", "integer", None),
        ] {
            let [a, b] = [a, b].map(|name| arrow_type(&Type::parse(name).unwrap()).unwrap());
            for (x, y) in [(&a, &b), (&b, &a)] {
                let met = common(x, y).map(|ty| name(&ty));
                assert_eq!(met.as_deref(), expected, "{x} with {y}");
            }
        }
    }
}
