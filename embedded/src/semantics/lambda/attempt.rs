//! `try`: NULL for the rows for which an expression fails.

use std::ops::Range;

use arrow_array::{ArrayRef, new_null_array};
use arrow_schema::ArrowError;
use datafusion::arrow::compute;
use datafusion::common::{DataFusionError, Result};
use datafusion::logical_expr::LambdaParametersProgress;

use super::conform::conform;
use super::function::{Call, Types, each};

/// The function behind `try`: a value, and the expression as a lambda, which is given the value.
/// The value is what the expression has of subqueries, or NULL.
pub(super) const TRY: &str = "lake_try";

pub(super) fn parameters(types: &Types) -> Result<LambdaParametersProgress> {
    each(vec![vec![types.value(0)?.clone()]])
}

pub(super) fn run(call: &Call<'_>) -> Result<ArrayRef> {
    let rows: Vec<usize> = (0..call.rows()).collect();
    attempt(call, &call.array(0)?, &rows)
}

/// The values of these rows, of which `given` has one each. Where one fails, each part of the
/// rows is tried for itself.
fn attempt(call: &Call<'_>, given: &ArrayRef, rows: &[usize]) -> Result<ArrayRef> {
    match call.call(0, &[given], rows).and_then(|values| conform(&values, call.gives())) {
        Err(error) if is_of_a_value(&error) && rows.len() > 1 => {
            let half = rows.len() / 2;
            let of = |range: Range<usize>| {
                attempt(call, &given.slice(range.start, range.len()), &rows[range])
            };
            let (some, others) = (of(0..half)?, of(half..rows.len())?);
            Ok(compute::concat(&[&*some, &*others])?)
        }
        Err(error) if is_of_a_value(&error) => Ok(new_null_array(call.gives(), rows.len())),
        settled => settled,
    }
}

/// Whether an error says that a function cannot take a value.
fn is_of_a_value(error: &DataFusionError) -> bool {
    match error.find_root() {
        DataFusionError::Execution(_) => true,
        DataFusionError::ArrowError(error, _) => matches!(
            **error,
            ArrowError::ComputeError(_)
                | ArrowError::CastError(_)
                | ArrowError::DivideByZero
                | ArrowError::ArithmeticOverflow(_)
                | ArrowError::InvalidArgumentError(_)
        ),
        _ => false,
    }
}
