//! Fitting parameters' values to the types that a query has for them, without
//! loss; and the types of values whose query says none.

use std::collections::HashSet;

use arrow_schema::DataType;
use chrono::{NaiveTime, TimeDelta, Timelike};
use lakequery_types::{DecimalRule, Field, Parameter, Type};

use crate::arrow::schema::canonical;
use crate::decimal::Decimal;
use crate::error::{Error, Kind, Result};
use crate::statement::Argument;
use crate::value::Value;

/// Fits the arguments of a query to its parameters; also the types they have then.
pub(crate) fn fit_arguments(
    arguments: Vec<Argument>,
    parameters: &[Parameter],
) -> Result<(Vec<Argument>, Vec<Type>)> {
    if arguments.len() != parameters.len() {
        return Err(Error::new(
            Kind::Internal,
            format!("the query has {} parameters, not {}", parameters.len(), arguments.len()),
        ));
    }
    let fitted = arguments.into_iter().zip(parameters).enumerate().map(|(i, (argument, to))| {
        fit_argument(argument, to).map_err(|reason| unfit(i, &to.ty, &reason))
    });
    Ok(fitted.collect::<Result<Vec<_>>>()?.into_iter().unzip())
}

/// An argument as the parameter's type; where it is only compared, as a type with
/// more digits if need be.
fn fit_argument(argument: Argument, to: &Parameter) -> Result<(Argument, Type), String> {
    let as_type = |argument: &Argument, ty: &Type| match argument {
        Argument::One(value) => fit(value.clone(), ty).map(Argument::One),
        Argument::List(values) => {
            let fitted = values.iter().map(|value| fit(value.clone(), ty));
            fitted.collect::<Result<_, _>>().map(Argument::List)
        }
    };
    match as_type(&argument, &to.ty) {
        Ok(fitted) => Ok((fitted, to.ty.clone())),
        Err(_) if to.compared => {
            let values = match &argument {
                Argument::One(value) => std::slice::from_ref(value),
                Argument::List(values) => values.as_slice(),
            };
            let ty = with_more_digits(values, &to.ty)?;
            Ok((as_type(&argument, &ty)?, ty))
        }
        Err(reason) => Err(reason),
    }
}

/// The type of the same family that the values need.
fn with_more_digits(values: &[Value], ty: &Type) -> Result<Type, String> {
    values.iter().filter(|value| !value.is_null()).try_fold(Type::Unknown, |common, value| {
        let own = match (value, ty) {
            (Value::Decimal(_), Type::Decimal { .. }) => natural(value)?,
            (value, Type::Decimal { .. }) => {
                natural(&Value::Decimal(integer::<i64>(value)?.into()))?
            }
            (value, Type::Time(_) | Type::Timestamp(_) | Type::TimestampTz(_)) => natural(value)?,
            (_, ty) => ty.clone(),
        };
        unify(common, own)
    })
}

#[cold]
fn unfit(index: usize, ty: &Type, reason: &str) -> Error {
    Error::new(Kind::Parameter, format!("parameter {} can't be {ty}: {reason}", index + 1)).help(
        "bind a value that fits, or write a type that holds it in the query: CAST({value} AS …)",
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
        // Texts, and what is written as one: the engine reads it.
        (ty, value @ Value::Varchar(_)) if canonical(ty) == Some(DataType::Utf8) => value,
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
            values
                .into_iter()
                .map(|value| fit_inside(value, &element.ty))
                .collect::<Result<_, _>>()?,
        ),
        (Type::Map(key, value), Value::Map(entries)) => {
            Value::Map(fit_entries(entries, key, &value.ty)?)
        }
        (Type::Row(fields), Value::Row(values)) => {
            if values.len() != fields.len() {
                return Err(format!("the row has {} fields, not {}", values.len(), fields.len()));
            }
            let fitted =
                values.into_iter().zip(fields).map(|(value, to)| fit_inside(value, &to.ty));
            Value::Row(fitted.collect::<Result<_, _>>()?)
        }
        (_, value) => return wrong(&value),
    })
}

/// A value in an array, a map or a row as the type.
fn fit_inside(value: Value, ty: &Type) -> Result<Value, String> {
    // The cast of the whole to its type would cut it.
    if let (Type::Char(length), Value::Varchar(text)) = (ty, &value)
        && text.trim_end_matches(' ').chars().count() > *length as usize
    {
        return Err(format!("a text in it has more than {length} characters"));
    }
    fit(value, ty)
}

/// The entries of a map. A map has a key once, and none that is NULL.
fn fit_entries(
    entries: Vec<(Value, Value)>,
    key: &Type,
    value: &Type,
) -> Result<Vec<(Value, Value)>, String> {
    let mut seen = HashSet::new();
    let entry = |(k, v): (Value, Value)| {
        let k = fit_inside(k, key)?;
        if k.is_null() {
            return Err("a key of the map is NULL".to_owned());
        }
        if !seen.insert(identity(&k)) {
            return Err("two keys of the map are equal".to_owned());
        }
        Ok((k, fit_inside(v, value)?))
    };
    entries.into_iter().map(entry).collect()
}

/// A text that only equal values of one type have.
fn identity(value: &Value) -> String {
    match value {
        Value::TimestampTz(timestamp) => timestamp.naive_utc().to_string(),
        // SQL has one zero.
        Value::Real(zero) if *zero == 0.0 => "0".to_owned(),
        Value::Double(zero) if *zero == 0.0 => "0".to_owned(),
        Value::Array(values) | Value::Row(values) => {
            format!("{:?}", values.iter().map(identity).collect::<Vec<_>>())
        }
        value => format!("{value:?}"),
    }
}

/// The value as an integer type.
fn integer<T: TryFrom<i64>>(value: &Value) -> Result<T, String> {
    let wide = match value {
        Value::TinyInt(value) => i64::from(*value),
        Value::SmallInt(value) => i64::from(*value),
        Value::Integer(value) => i64::from(*value),
        Value::BigInt(value) => *value,
        // What is larger than a bigint can be comes as a decimal.
        Value::Decimal(value) if value.scale() == 0 => {
            i64::try_from(*value).map_err(|_| "it is too large")?
        }
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
        Value::Map(entries) => {
            let (mut keys, mut values) = (Type::Unknown, Type::Unknown);
            for (key, value) in entries {
                keys = unify(keys, natural(key)?)?;
                values = unify(values, natural(value)?)?;
            }
            Type::map(keys, values)
        }
        Value::Row(values) => {
            let field = |value| Ok(Field { name: None, ty: natural(value)?, nullable: true });
            Type::Row(values.iter().map(field).collect::<Result<_, String>>()?)
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
        (Type::Map(k, v), Type::Map(l, w)) => Type::map(unify(*k, *l)?, unify(v.ty, w.ty)?),
        (Type::Row(a), Type::Row(b)) if a.len() == b.len() => {
            let field = |(a, b): (Field, Field)| Ok(Field { ty: unify(a.ty, b.ty)?, ..a });
            Type::Row(a.into_iter().zip(b).map(field).collect::<Result<_, String>>()?)
        }
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
            (u64::from(u32::MAX).into(), "bigint", Value::BigInt(u32::MAX.into())),
            (9usize.into(), "bigint", Value::BigInt(9)),
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
        let fits = fits.into_iter().chain([
            (
                Value::Map(vec![(1i32.into(), Value::Null), (2i32.into(), 7i8.into())]),
                "map(bigint,decimal(3,1))",
                Value::Map(vec![(1i64.into(), Value::Null), (2i64.into(), decimal("7.0").into())]),
            ),
            (
                Value::Row(vec![1i8.into(), Value::Array(vec![Value::Null, "x".into()])]),
                "row(\"a\" bigint, \"b\" array(varchar(1)))",
                Value::Row(vec![1i64.into(), Value::Array(vec![Value::Null, "x".into()])]),
            ),
            (Value::Array(vec!["ab ".into()]), "array(char(2))", Value::Array(vec!["ab ".into()])),
        ]);
        for (value, ty, fitted) in fits {
            assert_eq!(fit(value, &Type::parse(ty).unwrap()), Ok(fitted), "{ty}");
        }
        let misfits: Vec<(Value, &str, &str)> = vec![
            (128i32.into(), "tinyint", "it is too large"),
            (u64::MAX.into(), "bigint", "it is too large"),
            (decimal("1.5").into(), "bigint", "the value is a decimal"),
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
            (Value::Row(vec![]), "row(date)", "the row has 0 fields, not 1"),
            (Value::Row(vec![1i32.into()]), "row(date)", "the value is an integer"),
            (Value::Map(vec![]), "array(date)", "the value is a map"),
            (
                Value::Map(vec![(Value::Null, 1i32.into())]),
                "map(date,bigint)",
                "a key of the map is NULL",
            ),
            (
                Value::Map(vec![
                    (decimal("1.0").into(), Value::Null),
                    (decimal("1.00").into(), Value::Null),
                ]),
                "map(decimal(5,2),date)",
                "two keys of the map are equal",
            ),
            (
                Value::Map(vec![
                    (Value::Row(vec![0.0f64.into()]), Value::Null),
                    (Value::Row(vec![(-0.0f64).into()]), Value::Null),
                ]),
                "map(row(double),date)",
                "two keys of the map are equal",
            ),
            (
                Value::Array(vec!["abc".into()]),
                "array(char(2))",
                "a text in it has more than 2 characters",
            ),
        ];
        for (value, ty, reason) in misfits {
            assert_eq!(fit(value, &Type::parse(ty).unwrap()), Err(reason.to_owned()), "{ty}");
        }
    }

    #[test]
    fn compared_values_may_have_more_digits() {
        let one = |value: Value| Argument::One(value);
        let rows: Vec<(Argument, &str, &str)> = vec![
            (one(decimal("1.5").into()), "decimal(12,2)", "decimal(12,2)"),
            (one(decimal("1.234").into()), "decimal(12,2)", "decimal(4,3)"),
            (one(12_345i64.into()), "decimal(4,2)", "decimal(5,0)"),
            (one(at(1_000).into()), "timestamp(3)", "timestamp(6)"),
            (one(Value::Null), "decimal(12,2)", "decimal(12,2)"),
            (
                Argument::List(vec![decimal("0.125").into(), 700i64.into()]),
                "decimal(4,2)",
                "decimal(6,3)",
            ),
        ];
        for (argument, ty, expected) in rows {
            let ty = Type::parse(ty).unwrap();
            let found =
                fit_argument(argument.clone(), &Parameter { ty: ty.clone(), compared: true });
            let found = found.map(|(_, ty)| ty.to_string());
            assert_eq!(found.as_deref(), Ok(expected), "{argument:?} for {ty}");
            let exact = fit_argument(argument, &Parameter { ty: ty.clone(), compared: false });
            assert_eq!(exact.is_ok(), ty.to_string() == expected, "{exact:?} for {ty}");
        }
        let parameter = Parameter { ty: Type::BigInt, compared: true };
        let huge = fit_argument(one(u64::MAX.into()), &parameter);
        assert_eq!(huge, Err("it is too large".to_owned()));
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
            (Value::Map(vec![]), "map(unknown,unknown)"),
            (
                Value::Map(vec![
                    ("a".into(), Value::Row(vec![Value::Null, decimal("1").into()])),
                    ("b".into(), Value::Row(vec![true.into(), decimal("0.5").into()])),
                ]),
                "map(varchar,row(boolean, decimal(2,1)))",
            ),
        ];
        for (value, ty) in rows {
            assert_eq!(natural(&value).map(|ty| ty.to_string()), Ok(ty.to_owned()));
        }
        let mixed = Value::Array(vec![1i32.into(), "x".into()]);
        assert!(natural(&mixed).unwrap_err().contains("different types"));
    }
}
