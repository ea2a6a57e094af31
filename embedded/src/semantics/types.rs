//! Which Arrow type stands for which type of lake SQL, and how types meet.

use arrow_schema::{DataType, IntervalUnit, TimeUnit};
use lakequery_types::{DecimalRule, Type};

/// The zone in which instants are kept when nothing says otherwise.
pub(crate) const UTC: &str = "UTC";

/// The type of `interval day to second`.
pub(super) const DAY_TO_SECOND: DataType = DataType::Duration(TimeUnit::Millisecond);

/// The type of `interval year to month`.
pub(super) const YEAR_TO_MONTH: DataType = DataType::Interval(IntervalUnit::YearMonth);

/// The type of `timestamp(3)`.
pub(super) const TIMESTAMP_MILLIS: DataType = DataType::Timestamp(TimeUnit::Millisecond, None);

/// The unit that holds so many digits of a second; `None` beyond nanoseconds.
pub(super) const fn unit(precision: u8) -> Option<TimeUnit> {
    match precision {
        0 => Some(TimeUnit::Second),
        1..=3 => Some(TimeUnit::Millisecond),
        4..=6 => Some(TimeUnit::Microsecond),
        7..=9 => Some(TimeUnit::Nanosecond),
        _ => None,
    }
}

/// The digits of a second that a unit has room for.
pub(super) const fn digits(unit: TimeUnit) -> u8 {
    match unit {
        TimeUnit::Second => 0,
        TimeUnit::Millisecond => 3,
        TimeUnit::Microsecond => 6,
        TimeUnit::Nanosecond => 9,
    }
}

/// The finer of two units.
pub(super) const fn finer(a: TimeUnit, b: TimeUnit) -> TimeUnit {
    if digits(a) >= digits(b) { a } else { b }
}

/// The Arrow type of a lake SQL type; `None` where this engine has none.
pub(super) fn arrow_type(ty: &Type) -> Option<DataType> {
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
        Type::Varchar(_) | Type::Char(_) => DataType::Utf8,
        Type::Varbinary => DataType::Binary,
        Type::Date => DataType::Date32,
        Type::Time(p) if *p <= 9 => DataType::Time64(TimeUnit::Nanosecond),
        Type::Timestamp(p) => DataType::Timestamp(unit(*p)?, None),
        Type::TimestampTz(p) => DataType::Timestamp(unit(*p)?, Some(UTC.into())),
        Type::IntervalYearToMonth => YEAR_TO_MONTH,
        Type::IntervalDayToSecond => DAY_TO_SECOND,
        _ => return None,
    })
}

/// The lake SQL type that an Arrow type stands for; `None` where it stands for none.
pub(super) fn lake_type(data_type: &DataType) -> Option<Type> {
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
        _ => return None,
    })
}

/// The name of a type for messages: lake SQL's where it has one.
pub(super) fn name(data_type: &DataType) -> String {
    lake_type(data_type).map_or_else(|| data_type.to_string(), |ty| ty.to_string())
}

/// The names of several types for messages.
pub(super) fn names(data_types: &[DataType]) -> String {
    data_types.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// `decimal(precision,scale)`.
pub(super) const fn decimal(precision: u8, scale: u8) -> DataType {
    DataType::Decimal128(precision, scale as i8)
}

/// The one Arrow type of those that hold the same values, so that functions
/// meet few types; files may bring the others.
pub(super) fn canonical(data_type: &DataType) -> DataType {
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
        other => other.clone(),
    }
}

/// Precision and scale of the decimal that holds an integer or decimal type.
pub(super) fn as_decimal(data_type: &DataType) -> Option<(u8, u8)> {
    lake_type(data_type)?.as_decimal()
}

/// Whether this is an integer of any width.
pub(super) fn is_integer(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64)
}

/// Whether this is a number of lake SQL.
pub(super) fn is_number(data_type: &DataType) -> bool {
    is_integer(data_type)
        || matches!(data_type, DataType::Float32 | DataType::Float64 | DataType::Decimal128(..))
}

/// The type that values of two types turn into without a cast, as in Trino;
/// `None` where they do not meet.
pub(super) fn common(a: &DataType, b: &DataType) -> Option<DataType> {
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
        _ => None,
    }
}

/// [`common`] of any number of types.
pub(super) fn common_of(types: &[DataType]) -> Option<DataType> {
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
        ] {
            let [a, b] = [a, b].map(|name| arrow_type(&Type::parse(name).unwrap()).unwrap());
            for (x, y) in [(&a, &b), (&b, &a)] {
                let met = common(x, y).map(|ty| name(&ty));
                assert_eq!(met.as_deref(), expected, "{x} with {y}");
            }
        }
    }
}
