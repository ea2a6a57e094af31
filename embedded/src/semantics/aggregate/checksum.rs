//! `checksum`: the sum of the hashes of all values, whatever their order.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Decimal128Type, DurationMillisecondType, Float32Type, Float64Type, Int64Type,
    IntervalYearMonthType, Time64NanosecondType,
};
use arrow_array::{Array, ArrayRef, BinaryArray};
use arrow_schema::{DataType, TimeUnit};
use datafusion::arrow::compute;
use datafusion::common::{Result, internal_err};
use twox_hash::XxHash64;

use super::super::clock::per_second;
use super::super::temporal::by_unit;
use super::gathered::{Gathered, refuse_types};
use crate::types::{self, DAY_TO_SECOND, YEAR_TO_MONTH};

pub(super) fn aggregates() -> Vec<Gathered> {
    vec![Gathered::new("checksum", takes, |_| Ok(DataType::Binary), &[], checksum)]
}

/// One value of any type but a row, whose fields have hashes of another kind.
fn takes(found: &[DataType]) -> Result<Vec<DataType>> {
    match found {
        [ty] if !has_rows(ty) => Ok(found.to_vec()),
        _ => refuse_types("checksum", found),
    }
}

fn has_rows(ty: &DataType) -> bool {
    match ty {
        DataType::Struct(_) => true,
        DataType::List(item) => has_rows(item.data_type()),
        other => types::entry(other).is_some_and(|(key, value)| has_rows(key) || has_rows(value)),
    }
}

/// What each hash is multiplied with; that of NULL is 1.
const PRIME: u64 = 0x9e37_79b1_85eb_ca87;

fn checksum(rows: &[ArrayRef], _: &DataType) -> Result<ArrayRef> {
    let hashes = hashes(&rows[0])?;
    let sum = hashes
        .into_iter()
        .fold(0_u64, |sum, hash| sum.wrapping_add(hash.unwrap_or(1).wrapping_mul(PRIME)));
    Ok(Arc::new(BinaryArray::from_iter_values([sum.to_le_bytes()])))
}

fn of_number(number: i64) -> u64 {
    XxHash64::oneshot(0, &number.to_le_bytes())
}

/// The hash of each value; `None` for NULL.
fn hashes(values: &ArrayRef) -> Result<Vec<Option<u64>>> {
    macro_rules! each {
        ($array:expr, $hash:expr) => {
            $array.iter().map(|value| value.map($hash)).collect()
        };
    }
    Ok(match values.data_type() {
        DataType::Null => vec![None; values.len()],
        DataType::Boolean => each!(values.as_boolean(), |is| of_number(is.into())),
        ty if types::is_integer(ty) => {
            let wide = compute::cast(values, &DataType::Int64)?;
            each!(wide.as_primitive::<Int64Type>(), of_number)
        }
        DataType::Float32 => each!(values.as_primitive::<Float32Type>(), |x| {
            let x = if x.is_nan() { f32::NAN } else { x + 0.0 };
            of_number((x.to_bits() as i32).into())
        }),
        DataType::Float64 => each!(values.as_primitive::<Float64Type>(), |x| {
            let x = if x.is_nan() { f64::NAN } else { x + 0.0 };
            of_number(x.to_bits() as i64)
        }),
        DataType::Decimal128(precision, _) => {
            let is_short = *precision <= 18;
            each!(values.as_primitive::<Decimal128Type>(), |unscaled| {
                let low = of_number(unscaled as i64);
                if is_short { low } else { low ^ of_number((unscaled >> 64) as i64) }
            })
        }
        DataType::Utf8 => {
            each!(values.as_string::<i32>(), |text| XxHash64::oneshot(0, text.as_bytes()))
        }
        DataType::Binary => {
            each!(values.as_binary::<i32>(), |bytes| XxHash64::oneshot(0, bytes))
        }
        DataType::Date32 => {
            each!(values.as_primitive::<Date32Type>(), |days| of_number(days.into()))
        }
        DataType::Time64(_) => {
            // In picoseconds.
            each!(values.as_primitive::<Time64NanosecondType>(), |nanos| of_number(nanos * 1_000))
        }
        DataType::Timestamp(unit, zone) => {
            let whole = if zone.is_some() { TimeUnit::Millisecond } else { TimeUnit::Microsecond };
            by_unit!(unit, T => {
                each!(values.as_primitive::<T>(), |ticks| of_moment(ticks, *unit, whole))
            })
        }
        ty if *ty == DAY_TO_SECOND => {
            each!(values.as_primitive::<DurationMillisecondType>(), of_number)
        }
        ty if *ty == YEAR_TO_MONTH => {
            each!(values.as_primitive::<IntervalYearMonthType>(), |months| of_number(months.into()))
        }
        DataType::List(_) => {
            let lists = values.as_list::<i32>();
            let elements = hashes(lists.values())?;
            let of_list = |bounds: &[i32]| {
                let elements = &elements[bounds[0] as usize..bounds[1] as usize];
                elements.iter().fold(0_u64, |hash, element| {
                    hash.wrapping_mul(31).wrapping_add(element.unwrap_or(0))
                })
            };
            let all = lists.value_offsets().windows(2).map(of_list).enumerate();
            all.map(|(row, hash)| lists.is_valid(row).then_some(hash)).collect()
        }
        DataType::Map(..) => {
            let maps = values.as_map();
            let (keys, entries) = (hashes(maps.keys())?, hashes(maps.values())?);
            let of_map = |bounds: &[i32]| {
                let places = bounds[0] as usize..bounds[1] as usize;
                places.fold(0_u64, |hash, place| {
                    let (key, value) = (keys[place].unwrap_or(0), entries[place].unwrap_or(0));
                    hash.wrapping_add(key ^ value)
                })
            };
            let all = maps.value_offsets().windows(2).map(of_map).enumerate();
            all.map(|(row, hash)| maps.is_valid(row).then_some(hash)).collect()
        }
        other => return internal_err!("the hash of {other}"),
    })
}

/// The hash of a moment: of its whole units, and of the picoseconds after them where it has some.
fn of_moment(ticks: i64, unit: TimeUnit, whole: TimeUnit) -> u64 {
    let (second, wholes) = (per_second(unit), per_second(whole));
    if second <= wholes {
        return of_number(ticks.wrapping_mul(wholes / second));
    }
    let size = second / wholes;
    let picos = ticks.rem_euclid(size) * (1_000_000_000_000 / second);
    of_number(ticks.div_euclid(size)) ^ of_number(picos)
}
