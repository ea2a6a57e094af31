//! Which dates and timestamps have a given year, day or truncated moment, so
//! that filters on those prune files.

use arrow_schema::{DataType, TimeUnit};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::Expr;
use lakequery_types::Type;
use lakequery_types::calendar::Civil;

use super::super::clock::per_day;

type Range = Option<(Expr, ScalarValue, ScalarValue)>;

/// A day as a value of a date or timestamp type without zone.
fn at(days: i64, ty: &DataType) -> Option<ScalarValue> {
    let ticks = |unit: TimeUnit| days.checked_mul(per_day(unit));
    Some(match ty {
        DataType::Date32 => ScalarValue::Date32(Some(i32::try_from(days).ok()?)),
        DataType::Timestamp(TimeUnit::Second, None) => {
            ScalarValue::TimestampSecond(Some(ticks(TimeUnit::Second)?), None)
        }
        DataType::Timestamp(TimeUnit::Millisecond, None) => {
            ScalarValue::TimestampMillisecond(Some(ticks(TimeUnit::Millisecond)?), None)
        }
        DataType::Timestamp(TimeUnit::Microsecond, None) => {
            ScalarValue::TimestampMicrosecond(Some(ticks(TimeUnit::Microsecond)?), None)
        }
        DataType::Timestamp(TimeUnit::Nanosecond, None) => {
            ScalarValue::TimestampNanosecond(Some(ticks(TimeUnit::Nanosecond)?), None)
        }
        _ => return None,
    })
}

fn between(argument: &Expr, ty: &DataType, from: i64, to: i64) -> Range {
    Some((argument.clone(), at(from, ty)?, at(to, ty)?))
}

/// `year(x) = 2024`
pub(super) fn of_year(args: &[Expr], types: &[DataType], value: &ScalarValue) -> Range {
    let (ScalarValue::Int64(Some(year)), [argument], [ty]) = (value, args, types) else {
        return None;
    };
    let first = |year: i64| Some(Civil::new(year, 1, 1)?.days());
    // Beyond these years there are no dates.
    let year = Some(*year).filter(|year| (-200_000..200_000).contains(year))?;
    between(argument, ty, first(year)?, first(year + 1)?)
}

/// `CAST(x AS date) = DATE '2024-01-02'`
pub(in super::super) fn of_cast(args: &[Expr], types: &[DataType], value: &ScalarValue) -> Range {
    let (ScalarValue::Date32(Some(day)), [argument, Expr::Literal(name, _), ..], [ty, ..]) =
        (value, args, types)
    else {
        return None;
    };
    let to_date = matches!(
        name, ScalarValue::Utf8(Some(name)) if Type::parse(name) == Ok(Type::Date)
    );
    let day = i64::from(*day);
    if to_date { between(argument, ty, day, day + 1) } else { None }
}

/// `date(x) = DATE '2024-01-02'`
pub(super) fn of_date(args: &[Expr], types: &[DataType], value: &ScalarValue) -> Range {
    let (ScalarValue::Date32(Some(day)), [argument], [ty]) = (value, args, types) else {
        return None;
    };
    between(argument, ty, i64::from(*day), i64::from(*day) + 1)
}

/// `date_trunc('month', x) = DATE '2024-01-01'`, of whole days.
pub(super) fn of_trunc(args: &[Expr], types: &[DataType], value: &ScalarValue) -> Range {
    let ([Expr::Literal(ScalarValue::Utf8(Some(unit)), _), argument], [_, ty]) = (args, types)
    else {
        return None;
    };
    let day = match value {
        ScalarValue::Date32(Some(day)) => i64::from(*day),
        ScalarValue::TimestampSecond(Some(at), None) => whole_days(*at, TimeUnit::Second)?,
        ScalarValue::TimestampMillisecond(Some(at), None) => {
            whole_days(*at, TimeUnit::Millisecond)?
        }
        ScalarValue::TimestampMicrosecond(Some(at), None) => {
            whole_days(*at, TimeUnit::Microsecond)?
        }
        ScalarValue::TimestampNanosecond(Some(at), None) => whole_days(*at, TimeUnit::Nanosecond)?,
        _ => return None,
    };
    let date = Civil::from_days(day);
    let months = match unit.to_ascii_lowercase().as_str() {
        "day" => return between(argument, ty, day, day + 1),
        "month" => 1,
        "quarter" if date.month % 3 == 1 => 3,
        "year" if date.month == 1 => 12,
        _ => return None,
    };
    if date.day == 1 { between(argument, ty, day, date.add_months(months).days()) } else { None }
}

fn whole_days(ticks: i64, unit: TimeUnit) -> Option<i64> {
    (ticks % per_day(unit) == 0).then(|| ticks / per_day(unit))
}
