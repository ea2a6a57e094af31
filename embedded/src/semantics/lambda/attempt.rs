//! `try`: NULL for the rows for which an expression fails.

use std::sync::Arc;

use arrow_array::{ArrayRef, NullArray, new_null_array};
use arrow_schema::{ArrowError, DataType};
use datafusion::arrow::compute;
use datafusion::common::{DataFusionError, Result};
use datafusion::logical_expr::LambdaParametersProgress;

use super::conform::conform;
use super::function::{Call, Types, each};

/// The function behind `try`: NULL, and the expression as a lambda, which is given the NULL. It
/// would not be read as one in the first place.
pub(super) const TRY: &str = "lake_try";

pub(super) fn parameters(_: &Types) -> Result<LambdaParametersProgress> {
    each(vec![vec![DataType::Null]])
}

pub(super) fn run(call: &Call<'_>) -> Result<ArrayRef> {
    let rows: Vec<usize> = (0..call.rows()).collect();
    attempt(call, &rows)
}

/// The values of these rows. Where one fails, each part of the rows is tried for itself.
fn attempt(call: &Call<'_>, rows: &[usize]) -> Result<ArrayRef> {
    let nothing: ArrayRef = Arc::new(NullArray::new(rows.len()));
    match call.call(0, &[&nothing], rows).and_then(|values| conform(&values, call.gives())) {
        Err(error) if is_of_a_value(&error) && rows.len() > 1 => {
            let (some, others) = rows.split_at(rows.len() / 2);
            let (some, others) = (attempt(call, some)?, attempt(call, others)?);
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
