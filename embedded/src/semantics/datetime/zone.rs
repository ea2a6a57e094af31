//! Instants, zones and the present.

use arrow_array::types::{
    Decimal128Type, Float64Type, Int64Type, TimestampMillisecondType, TimestampNanosecondType,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, TimeUnit};
use datafusion::common::{Result, ScalarValue, internal_err, plan_err};
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};

use super::super::clock::{Zone, per_second};
use super::super::function::{Call, Function, Gives, Param, Takes, refuse, stop};
use super::super::temporal::by_unit;
use super::iso::instant;
use super::local::Locals;
use crate::types::{self, TIMESTAMP_MILLIS, UTC};

pub(super) fn functions() -> Vec<Function> {
    use Param::{Double, Text, Timestamp};
    let mut functions = vec![
        Function::new(
            "at_timezone",
            Takes::Lists(&[&[Timestamp, Text]]),
            Gives::Literals(|taken, literals| zoned(&taken[0], literals.get(1).copied().flatten())),
            at_timezone,
        ),
        Function::new(
            "with_timezone",
            Takes::Lists(&[&[Timestamp, Text]]),
            Gives::Literals(|taken, literals| zoned(&taken[0], literals.get(1).copied().flatten())),
            with_timezone,
        ),
        Function::new(
            "from_unixtime",
            Takes::Lists(&[&[Double], &[Double, Text]]),
            Gives::Literals(|taken, literals| match taken.len() {
                1 => Ok(DataType::Timestamp(TimeUnit::Millisecond, Some(UTC.into()))),
                _ => zoned(&TIMESTAMP_MILLIS, literals.get(1).copied().flatten()),
            }),
            from_unixtime,
        ),
        Function::new(
            "to_unixtime",
            Takes::Lists(&[&[Timestamp]]),
            Gives::Fixed(&DataType::Float64),
            to_unixtime,
        ),
        Function::new("timezone_hour", Takes::Rule(with_zone), Gives::BIGINT, |call| {
            offset(call, 3_600)
        }),
        Function::new("timezone_minute", Takes::Rule(with_zone), Gives::BIGINT, |call| {
            offset(call, 60)
        }),
        Function::new(
            "current_timezone",
            Takes::Lists(&[&[]]),
            Gives::Fixed(&DataType::Utf8),
            |call| {
                call.make_texts(|_, out| {
                    out.push_str(UTC);
                    Ok(Some(()))
                })
            },
        ),
        Function::new("localtimestamp", Takes::Lists(&[&[]]), local_now(), present)
            .stable()
            .simplified(|args, info| folded(args, info, local_timestamp)),
        Function::new("localtime", Takes::Lists(&[&[]]), Gives::Fixed(&TIME), present)
            .stable()
            .simplified(|args, info| folded(args, info, time)),
        Function::new(
            "from_unixtime_nanos",
            Takes::Rule(nanos),
            instant(TimeUnit::Nanosecond),
            from_nanos,
        ),
    ];
    for name in ["now", "current_timestamp"] {
        functions.push(
            Function::new(name, Takes::Lists(&[&[]]), instant(TimeUnit::Millisecond), present)
                .stable()
                .simplified(|args, info| folded(args, info, instant_of)),
        );
    }
    functions
}

/// The type of times.
const TIME: DataType = DataType::Time64(TimeUnit::Nanosecond);

fn local_now() -> Gives {
    Gives::Types(|_| Ok(TIMESTAMP_MILLIS))
}

/// A timestamp type in the zone that a literal names: a column has one zone.
fn zoned(ty: &DataType, zone: Option<&ScalarValue>) -> Result<DataType> {
    let DataType::Timestamp(unit, _) = ty else {
        return plan_err!("{ty} has no time zone");
    };
    match zone {
        Some(ScalarValue::Utf8(Some(zone))) => {
            Zone::parse(zone)?;
            Ok(DataType::Timestamp(*unit, Some(zone.as_str().into())))
        }
        _ => plan_err!("the time zone has to be a literal on this engine"),
    }
}

fn zone_of(ty: &DataType) -> Result<Zone> {
    match ty {
        DataType::Timestamp(_, zone) => Zone::of(zone.as_deref()),
        _ => Ok(Zone::Utc),
    }
}

/// The same instant, shown in another zone. A timestamp without zone is in UTC.
fn at_timezone(call: &Call<'_>) -> Result<ArrayRef> {
    let data = call.array(0)?.to_data().into_builder().data_type(call.gives().clone());
    Ok(arrow_array::make_array(data.build()?))
}

/// The instant at which clocks of a zone show a local time.
fn with_timezone(call: &Call<'_>) -> Result<ArrayRef> {
    let DataType::Timestamp(unit, None) = call.ty(0) else {
        return refuse("with_timezone takes a timestamp without time zone");
    };
    let zone = zone_of(call.gives())?;
    by_unit!(unit, T => call.map::<T, T>(0, |local| zone.instant(local, unit)))
}

fn from_unixtime(call: &Call<'_>) -> Result<ArrayRef> {
    let seconds = call.numbers::<Float64Type>(0)?;
    call.make_numbers::<TimestampMillisecondType>(|row| {
        let Some(seconds) = seconds.get(row) else { return Ok(None) };
        let millis = (seconds * 1_000.0).round();
        if millis.is_nan() || millis.abs() >= 2_f64.powi(62) {
            return refuse(format!("{seconds} seconds are out of range for a timestamp"));
        }
        Ok(Some(millis as i64))
    })
}

/// A bigint, or a decimal whose fraction is rounded.
fn nanos(found: &[DataType]) -> Result<Vec<DataType>> {
    match found {
        [DataType::Null] => Ok(vec![DataType::Int64]),
        [ty] if types::is_integer(ty) => Ok(vec![DataType::Int64]),
        [ty @ DataType::Decimal128(..)] => Ok(vec![ty.clone()]),
        _ => plan_err!(
            "from_unixtime_nanos takes a bigint or a decimal, not ({})",
            types::names(found)
        ),
    }
}

fn from_nanos(call: &Call<'_>) -> Result<ArrayRef> {
    let DataType::Decimal128(_, scale) = call.ty(0) else {
        return call.map::<Int64Type, TimestampNanosecondType>(0, |nanos| nanos);
    };
    let one = 10_i128.pow(u32::try_from(scale).unwrap_or_default());
    call.try_map::<Decimal128Type, TimestampNanosecondType>(0, |unscaled| {
        let (whole, rest) = (unscaled / one, unscaled % one);
        let away = if rest.abs() >= one - rest.abs() && rest != 0 { rest.signum() } else { 0 };
        match i64::try_from(whole + away) {
            Ok(nanos) => Ok(nanos),
            Err(_) => stop(format!("{whole} nanoseconds are out of range for a timestamp")),
        }
    })
}

fn to_unixtime(call: &Call<'_>) -> Result<ArrayRef> {
    let DataType::Timestamp(unit, _) = call.ty(0) else {
        return refuse("to_unixtime takes a timestamp");
    };
    let second = per_second(unit) as f64;
    by_unit!(unit, T => call.map::<T, Float64Type>(0, |ticks| ticks as f64 / second))
}

/// Only a timestamp with time zone has an offset.
fn with_zone(found: &[DataType]) -> Result<Vec<DataType>> {
    match found {
        [ty @ DataType::Timestamp(_, Some(_))] => Ok(vec![ty.clone()]),
        _ => plan_err!("only a timestamp with time zone has a time zone to extract"),
    }
}

fn offset(call: &Call<'_>, size: i64) -> Result<ArrayRef> {
    let locals = Locals::of(call, 0)?;
    call.make_numbers::<Int64Type>(|row| {
        Ok(locals.offset(row).map(|offset| match size {
            60 => offset / 60 % 60,
            size => offset / size,
        }))
    })
}

/// The present, once for the whole query, as `value` makes it of milliseconds.
fn folded(
    args: Vec<Expr>,
    info: &SimplifyContext,
    value: fn(i64) -> ScalarValue,
) -> Result<ExprSimplifyResult> {
    let Some(now) = info.query_execution_start_time() else {
        return Ok(ExprSimplifyResult::Original(args));
    };
    Ok(ExprSimplifyResult::Simplified(Expr::Literal(value(now.timestamp_millis()), None)))
}

fn instant_of(millis: i64) -> ScalarValue {
    ScalarValue::TimestampMillisecond(Some(millis), Some(UTC.into()))
}

fn local_timestamp(millis: i64) -> ScalarValue {
    ScalarValue::TimestampMillisecond(Some(millis), None)
}

fn time(millis: i64) -> ScalarValue {
    ScalarValue::Time64Nanosecond(Some(millis.rem_euclid(86_400_000) * 1_000_000))
}

/// Not run: the planner would otherwise take each call's own moment.
fn present(_: &Call<'_>) -> Result<ArrayRef> {
    internal_err!("the present is taken while a query is planned")
}
