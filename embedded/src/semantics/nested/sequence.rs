//! `sequence`: numbers, dates or timestamps one after another.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::{ArrayBuilder, Int64Builder};
use arrow_array::types::{Date32Type, DurationMillisecondType, Int64Type, IntervalYearMonthType};
use arrow_schema::{DataType, TimeUnit};
use datafusion::arrow::compute;
use datafusion::common::{Result, internal_err, plan_err};
use lakequery_types::calendar::Civil;

use super::super::clock::{Zone, per_day};
use super::super::function::{Call, Function, Gives, Takes, refuse};
use super::super::temporal::{add_months, by_unit, convert};
use super::parts::MOST;
use super::picked::Ends;
use crate::types;

pub(super) fn functions() -> Vec<Function> {
    const OF_FIRST: Gives = Gives::Types(|taken| Ok(types::list(taken[0].clone())));
    vec![Function::new("sequence", Takes::Rule(takes), OF_FIRST, sequence).strict()]
}

fn takes(found: &[DataType]) -> Result<Vec<DataType>> {
    let refuse = || {
        plan_err!(
            "sequence takes two integers, dates or timestamps and a step, not ({})",
            types::names(found)
        )
    };
    let [start, stop, step @ ..] = found else { return refuse() };
    let ty = match types::common(start, stop) {
        Some(DataType::Null) => DataType::Int64,
        Some(ty) if types::is_integer(&ty) => DataType::Int64,
        Some(ty @ (DataType::Date32 | DataType::Timestamp(..))) => ty,
        _ => return refuse(),
    };
    let is_integer = ty == DataType::Int64;
    let mut taken = vec![ty.clone(), ty];
    match step {
        [] if is_integer || taken[0] == DataType::Date32 => {}
        [step] if is_integer && (types::is_integer(step) || *step == DataType::Null) => {
            taken.push(DataType::Int64);
        }
        [step @ (types::DAY_TO_SECOND | types::YEAR_TO_MONTH)] if !is_integer => {
            taken.push(step.clone());
        }
        _ => return refuse(),
    }
    Ok(taken)
}

/// How far it is from one value to the next.
enum Step {
    /// So many units of the values.
    By(i64),
    Months(i64),
}

fn sequence(call: &Call<'_>) -> Result<ArrayRef> {
    let ty = call.ty(0);
    let (starts, stops) = (numbers(call, 0)?, numbers(call, 1)?);
    let mut numbers = Int64Builder::new();
    let mut ends = Ends::new();
    for row in 0..call.rows() {
        let (Some(start), Some(stop)) = (starts(row), stops(row)) else {
            ends.null(numbers.len())?;
            continue;
        };
        let Some(step) = step(call, row, &ty, start <= stop)? else {
            ends.null(numbers.len())?;
            continue;
        };
        let first = numbers.len();
        let (Step::By(by) | Step::Months(by)) = step;
        if by == 0 {
            return refuse("the step of a sequence is zero");
        }
        if start != stop && (start < stop) != (by > 0) {
            return refuse("the step of a sequence leads away from its end");
        }
        for index in 0.. {
            let Some(value) = value(start, &step, index, &ty)? else { break };
            if if by > 0 { value > stop } else { value < stop } {
                break;
            }
            if index >= MOST {
                return refuse(format!("a sequence has at most {MOST} elements"));
            }
            numbers.append_value(value);
        }
        debug_assert!(numbers.len() > first, "a sequence has its start");
        ends.end(numbers.len())?;
    }
    let DataType::List(item) = call.gives() else { return internal_err!("a sequence") };
    let numbers: ArrayRef = Arc::new(numbers.finish());
    let values = match item.data_type() {
        DataType::Date32 => {
            compute::cast(&compute::cast(&numbers, &DataType::Int32)?, &DataType::Date32)?
        }
        ty => compute::cast(&numbers, ty)?,
    };
    ends.finish(values, call.gives())
}

/// The values of an argument as numbers.
fn numbers<'a>(call: &'a Call<'_>, index: usize) -> Result<Box<dyn Fn(usize) -> Option<i64> + 'a>> {
    Ok(match call.ty(index) {
        DataType::Int64 => {
            let numbers = call.numbers::<Int64Type>(index)?;
            Box::new(move |row| numbers.get(row))
        }
        DataType::Date32 => {
            let days = call.numbers::<Date32Type>(index)?;
            Box::new(move |row| days.get(row).map(i64::from))
        }
        DataType::Timestamp(unit, _) => by_unit!(unit, T => {
            let moments = call.numbers::<T>(index)?;
            Box::new(move |row| moments.get(row))
        }),
        other => return internal_err!("a sequence of {other}"),
    })
}

/// The step of a row; `None` for NULL.
fn step(call: &Call<'_>, row: usize, ty: &DataType, is_up: bool) -> Result<Option<Step>> {
    if call.count() == 2 {
        return Ok(Some(Step::By(if is_up { 1 } else { -1 })));
    }
    Ok(match call.ty(2) {
        DataType::Int64 => call.numbers::<Int64Type>(2)?.get(row).map(Step::By),
        types::YEAR_TO_MONTH => {
            let months = call.numbers::<IntervalYearMonthType>(2)?.get(row);
            months.map(|months| Step::Months(months.into()))
        }
        _ => {
            let Some(millis) = call.numbers::<DurationMillisecondType>(2)?.get(row) else {
                return Ok(None);
            };
            let by = match ty {
                DataType::Timestamp(unit, _) => convert(millis, TimeUnit::Millisecond, *unit)
                    .filter(|by| convert(*by, *unit, TimeUnit::Millisecond) == Some(millis)),
                _ => {
                    let day = per_day(TimeUnit::Millisecond);
                    (millis % day == 0).then_some(millis / day)
                }
            };
            match by {
                Some(by) => Some(Step::By(by)),
                None => {
                    return refuse(format!(
                        "the step of a sequence is not whole in {}",
                        types::name(ty)
                    ));
                }
            }
        }
    })
}

/// The value so many steps from the start; `None` where there is no such value.
fn value(start: i64, step: &Step, index: i64, ty: &DataType) -> Result<Option<i64>> {
    let by = match step {
        Step::By(by) | Step::Months(by) => by.checked_mul(index),
    };
    let Some(by) = by else { return Ok(None) };
    Ok(match (step, ty) {
        (Step::By(_), _) => start.checked_add(by),
        (Step::Months(_), DataType::Timestamp(unit, zone)) => {
            Some(add_months(start, *unit, Zone::of(zone.as_deref())?, by)?)
        }
        (Step::Months(_), _) => Some(Civil::from_days(start).add_months(by).days()),
    })
}
