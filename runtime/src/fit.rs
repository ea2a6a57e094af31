//! Fitting parameters' values to the types that a query has for them, without
//! loss; and the types of values whose query says none.

use chrono::{NaiveTime, TimeDelta, Timelike};
use lakequery_types::{DecimalRule, Type};

use crate::error::{Error, Kind, Result};
use crate::statement::Argument;
use crate::{Decimal, Value};

/// Fits the arguments of a compiled query to its parameters' types.
pub(crate) fn fit_arguments(arguments: Vec<Argument>, types: &[Type]) -> Result<Vec<Argument>> {
    if arguments.len() != types.len() {
        return Err(Error::new(
            Kind::Internal,
            format!("the query has {} parameters, not {}", types.len(), arguments.len()),
        ));
    }
    arguments
        .into_iter()
        .zip(types)
        .enumerate()
        .map(|(i, (argument, ty))| {
            let fitted = |value| fit(value, ty).map_err(|reason| unfit(i, ty, &reason));
            Ok(match argument {
                Argument::One(value) => Argument::One(fitted(value)?),
                Argument::List(values) => {
                    Argument::List(values.into_iter().map(fitted).collect::<Result<_>>()?)
                }
            })
        })
        .collect()
}

#[cold]
fn unfit(index: usize, ty: &Type, reason: &str) -> Error {
    Error::new(Kind::Parameter, format!("parameter {} can't be {ty}: {reason}", index + 1)).help(
        "round the value first, or write a type that holds it in the query: CAST({value} AS …)",
    )
}

/// The same value as the type; the error says why that can't be.
fn fit(value: Value, ty: &Type) -> Result<Value, String> {
    let wrong = |value: &Value| Err(format!("the value is {}", value.kind()));
    Ok(match (ty, value) {
        (_, Value::Null) => Value::Null,
        (Type::Boolean, value @ Value::Boolean(_)) => value,
        (Type::TinyInt, value) => Value::TinyInt(integer(&value)?),
        (Type::SmallInt, value) => Value::SmallInt(integer(&value)?),
        (Type::Integer, value) => Value::Integer(integer(&value)?),
        (Type::BigInt, value) => Value::BigInt(integer(&value)?),
        (Type::Real, value) => Value::Real(match value {
            Value::Real(value) => value,
            value => f32::from(integer::<i16>(&value)?),
        }),
        (Type::Double, value) => Value::Double(match value {
            Value::Double(value) => value,
            Value::Real(value) => value.into(),
            Value::BigInt(value) => u32::try_from(value)
                .map(f64::from)
                .map_err(|_| "a double has no such integers".to_owned())?,
            value => integer::<i32>(&value)?.into(),
        }),
        (Type::Decimal { precision, scale }, value) => {
            let number = match &value {
                Value::Decimal(number) => *number,
                value => Decimal::from(integer::<i64>(value)?),
            };
            let fitted = number.rescale(*scale).ok_or("it has too many digits")?;
            if fitted.precision() > *precision {
                return Err("it has too many digits".into());
            }
            Value::Decimal(fitted)
        }
        (
            Type::Varchar(_) | Type::Char(_) | Type::Json | Type::Uuid | Type::IpAddress,
            value @ Value::Varchar(_),
        ) => value,
        (Type::Varbinary, value @ Value::Varbinary(_)) => value,
        (Type::Date, value @ Value::Date(_)) => value,
        (Type::Time(p), Value::Time(time)) => {
            whole(time, *p)?;
            Value::Time(time)
        }
        (Type::Timestamp(p), Value::Timestamp(timestamp)) => {
            whole(timestamp.time(), *p)?;
            Value::Timestamp(timestamp)
        }
        (Type::TimestampTz(p), Value::TimestampTz(timestamp)) => {
            whole(timestamp.time(), *p)?;
            Value::TimestampTz(timestamp)
        }
        (Type::IntervalYearToMonth, value @ Value::IntervalYearToMonth(_)) => value,
        (Type::IntervalDayToSecond, Value::IntervalDayToSecond(delta)) => {
            if TimeDelta::try_milliseconds(delta.num_milliseconds()) != Some(delta) {
                return Err("it has more digits than milliseconds".into());
            }
            Value::IntervalDayToSecond(delta)
        }
        (Type::Array(element), Value::Array(values)) => Value::Array(
            values.into_iter().map(|value| fit(value, &element.ty)).collect::<Result<_, _>>()?,
        ),
        (_, value) => return wrong(&value),
    })
}

/// The value as an integer type.
fn integer<T: TryFrom<i64>>(value: &Value) -> Result<T, String> {
    let wide = match value {
        Value::TinyInt(value) => i64::from(*value),
        Value::SmallInt(value) => i64::from(*value),
        Value::Integer(value) => i64::from(*value),
        Value::BigInt(value) => *value,
        value => return Err(format!("the value is {}", value.kind())),
    };
    T::try_from(wide).map_err(|_| "it is too large".into())
}

/// Whether the time has no more than so many digits of a second.
fn whole(time: NaiveTime, precision: u8) -> Result<(), String> {
    let nanoseconds = time.nanosecond();
    if nanoseconds >= 1_000_000_000 {
        return Err("it is a leap second".into());
    }
    if precision < 9 && !nanoseconds.is_multiple_of(10u32.pow(9 - u32::from(precision))) {
        return Err("it has more digits of a second".into());
    }
    Ok(())
}

/// The type that a value has by itself; the error says why it has none.
pub(crate) fn natural(value: &Value) -> Result<Type, String> {
    Ok(match value {
        Value::Null => Type::Unknown,
        Value::Boolean(_) => Type::Boolean,
        Value::TinyInt(_) => Type::TinyInt,
        Value::SmallInt(_) => Type::SmallInt,
        Value::Integer(_) => Type::Integer,
        Value::BigInt(_) => Type::BigInt,
        Value::Real(_) => Type::Real,
        Value::Double(_) => Type::Double,
        Value::Decimal(value) => Type::decimal(value.precision(), value.scale()),
        Value::Varchar(_) => Type::VARCHAR,
        Value::Varbinary(_) => Type::Varbinary,
        Value::Date(_) => Type::Date,
        Value::Time(time) => Type::Time(digits(*time)?),
        Value::Timestamp(timestamp) => Type::Timestamp(digits(timestamp.time())?),
        Value::TimestampTz(timestamp) => Type::TimestampTz(digits(timestamp.time())?),
        Value::IntervalYearToMonth(_) => Type::IntervalYearToMonth,
        Value::IntervalDayToSecond(_) => Type::IntervalDayToSecond,
        Value::Array(values) => Type::array(
            values
                .iter()
                .try_fold(Type::Unknown, |common, value| unify(common, natural(value)?))?,
        ),
        Value::Map(_) | Value::Row(_) => {
            return Err(format!("{} can't be a parameter", value.kind()));
        }
    })
}

/// Milliseconds, microseconds or nanoseconds: the first that holds the time.
fn digits(time: NaiveTime) -> Result<u8, String> {
    [3, 6]
        .into_iter()
        .find(|p| whole(time, *p).is_ok())
        .map_or_else(|| whole(time, 9).map(|()| 9), Ok)
}

/// The type that elements of both types fit.
fn unify(a: Type, b: Type) -> Result<Type, String> {
    Ok(match (a, b) {
        (a, b) if a == b => a,
        (Type::Unknown, other) | (other, Type::Unknown) => other,
        (Type::Decimal { precision, scale }, Type::Decimal { precision: p, scale: s }) => {
            DecimalRule::Common
                .result((precision, scale), (p, s))
                .ok_or("its elements have too many digits")?
        }
        (Type::Time(a), Type::Time(b)) => Type::Time(a.max(b)),
        (Type::Timestamp(a), Type::Timestamp(b)) => Type::Timestamp(a.max(b)),
        (Type::TimestampTz(a), Type::TimestampTz(b)) => Type::TimestampTz(a.max(b)),
        (Type::Array(a), Type::Array(b)) => Type::array(unify(a.ty, b.ty)?),
        (a, b) => return Err(format!("its elements are of different types, {a} and {b}")),
    })
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveDate, NaiveDateTime};

    use super::*;

    fn at(nanoseconds: u32) -> NaiveDateTime {
        NaiveDate::from_ymd_opt(2024, 2, 29)
            .unwrap()
            .and_hms_nano_opt(1, 2, 59, nanoseconds)
            .unwrap()
    }

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn values_fit_without_loss_or_not_at_all() {
        let fits: Vec<(Value, &str, Value)> = vec![
            (1i8.into(), "bigint", Value::BigInt(1)),
            (u32::MAX.into(), "bigint", Value::BigInt(u32::MAX.into())),
            (u32::MAX.into(), "double", Value::Double(4_294_967_295.0)),
            (7i16.into(), "real", Value::Real(7.0)),
            (7i64.into(), "decimal(12,2)", Value::Decimal(decimal("7.00"))),
            (decimal("1.500").into(), "decimal(2,1)", Value::Decimal(decimal("1.5"))),
            (at(123_000_000).into(), "timestamp(3)", at(123_000_000).into()),
            (at(123_456_789).into(), "timestamp(9)", at(123_456_789).into()),
            (at(0).into(), "timestamp(0)", at(0).into()),
            (Value::Null, "date", Value::Null),
            (
                Value::Array(vec![1i32.into(), Value::Null]),
                "array(bigint)",
                Value::Array(vec![1i64.into(), Value::Null]),
            ),
        ];
        for (value, ty, fitted) in fits {
            assert_eq!(fit(value, &Type::parse(ty).unwrap()), Ok(fitted), "{ty}");
        }
        let misfits: Vec<(Value, &str, &str)> = vec![
            (128i32.into(), "tinyint", "it is too large"),
            (decimal("1.55").into(), "decimal(12,1)", "it has too many digits"),
            (100i32.into(), "decimal(4,2)", "it has too many digits"),
            (at(123_456_000).into(), "timestamp(3)", "it has more digits of a second"),
            (at(1_500_000_000).into(), "timestamp(9)", "it is a leap second"),
            (
                TimeDelta::microseconds(1).into(),
                "interval day to second",
                "it has more digits than milliseconds",
            ),
            ("x".into(), "bigint", "the value is a varchar"),
            (1i32.into(), "varchar", "the value is an integer"),
        ];
        for (value, ty, reason) in misfits {
            assert_eq!(fit(value, &Type::parse(ty).unwrap()), Err(reason.to_owned()), "{ty}");
        }
    }

    #[test]
    fn values_have_types() {
        let rows: Vec<(Value, &str)> = vec![
            (decimal("-12.50").into(), "decimal(4,2)"),
            (decimal("0.05").into(), "decimal(2,2)"),
            (at(0).into(), "timestamp(3)"),
            (at(1_000).into(), "timestamp(6)"),
            (at(1).into(), "timestamp(9)"),
            (
                Value::Array(vec![Value::Null, decimal("1").into(), decimal("0.5").into()]),
                "array(decimal(2,1))",
            ),
            (Value::Array(vec![]), "array(unknown)"),
        ];
        for (value, ty) in rows {
            assert_eq!(natural(&value).map(|ty| ty.to_string()), Ok(ty.to_owned()));
        }
        let mixed = Value::Array(vec![1i32.into(), "x".into()]);
        assert!(natural(&mixed).unwrap_err().contains("different types"));
    }
}
