//! The functions that compare values with others inside, in the place of operators.

use std::cmp::Ordering;

use arrow_array::{Array, ArrayRef, BooleanArray};
use arrow_schema::DataType;
use datafusion::arrow::compute;
use datafusion::common::{Result, plan_err};

use super::super::function::{Call, Function, Gives, Takes};
use super::equal::equal;
use super::identity::{has_maps, identities};
use super::order::{NaN, order};
use crate::types;

/// `a = b`
pub(in super::super) const EQUAL: &str = "lake_equal";
/// `a < b`
pub(in super::super) const LESS: &str = "lake_less";
/// `a <= b`
pub(in super::super) const LESS_OR_EQUAL: &str = "lake_less_or_equal";

/// `a IS NOT DISTINCT FROM b`
pub(in super::super) const SAME: &str = "lake_same_value";

/// The functions that stand for operators.
pub(in super::super) fn functions() -> Vec<Function> {
    const BOOLEAN: Gives = Gives::Fixed(&DataType::Boolean);
    let in_order = |name, run| Function::new(name, Takes::Rule(ordered), BOOLEAN, run).strict();
    vec![
        Function::new(EQUAL, Takes::Rule(meet), BOOLEAN, is_equal),
        Function::new(SAME, Takes::Rule(meet), BOOLEAN, is_same),
        in_order(LESS, |call| compared(call, Ordering::is_lt)),
        in_order(LESS_OR_EQUAL, |call| compared(call, Ordering::is_le)),
    ]
}

/// Both sides in their common type.
fn meet(found: &[DataType]) -> Result<Vec<DataType>> {
    match types::common_of(found) {
        Some(common) => Ok(vec![common; found.len()]),
        None => plan_err!("{} cannot be compared; cast one of them", types::names(found)),
    }
}

fn ordered(found: &[DataType]) -> Result<Vec<DataType>> {
    let taken = meet(found)?;
    if taken.iter().any(has_maps) {
        return plan_err!("{} have no order: maps are equal or not", types::names(found));
    }
    Ok(taken)
}

fn is_equal(call: &Call<'_>) -> Result<ArrayRef> {
    let (left, right) = (call.any(0)?, call.any(1)?);
    let equal = equal(left.values(), right.values())?;
    call.make_booleans(|row| Ok(equal(left.place(row), right.place(row))))
}

fn is_same(call: &Call<'_>) -> Result<ArrayRef> {
    let (left, right) = (call.any(0)?, call.any(1)?);
    let both = compute::concat(&[&**left.values(), &**right.values()])?;
    let (identities, second) = (identities(&both)?, left.values().len());
    call.make_booleans(|row| {
        let other = second + right.place(row);
        Ok(Some(identities.row(left.place(row)) == identities.row(other)))
    })
}

fn compared(call: &Call<'_>, holds: fn(Ordering) -> bool) -> Result<ArrayRef> {
    let (left, right) = (call.any(0)?, call.any(1)?);
    let order = order(left.values(), right.values(), NaN::Last)?;
    call.make_booleans(|row| {
        let (Some(a), Some(b)) = (left.at(row), right.at(row)) else { return Ok(None) };
        Ok(Some(holds(order(a, b)?)))
    })
}

/// Where the value of the one array is greater than that of the other, or less.
pub(in super::super) fn ahead(
    left: &ArrayRef,
    right: &ArrayRef,
    is_greater: bool,
) -> Result<BooleanArray> {
    let order = order(left, right, NaN::Last)?;
    let is_ahead = |row| {
        if left.is_null(row) || right.is_null(row) {
            return Ok(false);
        }
        let order = order(row, row)?;
        Ok(if is_greater { order.is_gt() } else { order.is_lt() })
    };
    let ahead = (0..left.len()).map(is_ahead).collect::<Result<Vec<bool>>>()?;
    Ok(ahead.into())
}
