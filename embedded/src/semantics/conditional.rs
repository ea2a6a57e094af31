//! `coalesce`, `greatest` and `least`: their arguments turn into their common
//! type as in Trino, and one NULL makes `greatest` and `least` NULL.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, BooleanArray};
use arrow_schema::DataType;
use datafusion::arrow::compute::{self, kernels};
use datafusion::common::{Result, internal_err, plan_err};
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{Expr, when};

use super::function::{Call, Function, Gives, Takes};
use super::nested;
use crate::types;

/// The functions that choose among their arguments.
pub(super) fn functions() -> Vec<Function> {
    const FIRST: Gives = Gives::Types(|taken| Ok(taken[0].clone()));
    vec![
        Function::new("coalesce", Takes::Rule(meet), FIRST, coalesce).simplified(as_case),
        Function::new("greatest", Takes::Rule(meet), FIRST, |call| best(call, true)),
        Function::new("least", Takes::Rule(meet), FIRST, |call| best(call, false)),
    ]
}

/// All arguments in their common type.
fn meet(found: &[DataType]) -> Result<Vec<DataType>> {
    match types::common_of(found) {
        _ if found.is_empty() => plan_err!("there is nothing to choose from"),
        Some(common) => Ok(vec![common; found.len()]),
        None => plan_err!("{} have no type in common; cast them", types::names(found)),
    }
}

/// As CASE, so that arguments are evaluated only where they are needed.
fn as_case(mut args: Vec<Expr>, _: &SimplifyContext) -> Result<ExprSimplifyResult> {
    let Some(last) = args.pop() else { return Ok(ExprSimplifyResult::Original(args)) };
    let mut args = args.into_iter();
    let Some(first) = args.next() else { return Ok(ExprSimplifyResult::Simplified(last)) };
    let mut case = when(first.clone().is_not_null(), first);
    for arg in args {
        case = case.when(arg.clone().is_not_null(), arg);
    }
    Ok(ExprSimplifyResult::Simplified(case.otherwise(last)?))
}

fn coalesce(call: &Call<'_>) -> Result<ArrayRef> {
    let mut result = call.array(0)?;
    for index in 1..call.count() {
        if result.null_count() == 0 {
            break;
        }
        let present = compute::is_not_null(&result)?;
        result = kernels::zip::zip(&present, &result, &call.array(index)?)?;
    }
    Ok(result)
}

fn best(call: &Call<'_>, greatest: bool) -> Result<ArrayRef> {
    let mut result = call.array(0)?;
    for index in 1..call.count() {
        let next = call.array(index)?;
        let better = better(&next, &result, greatest)?;
        result = kernels::zip::zip(&better, &next, &result)?;
    }
    // NULL where any argument is.
    for index in 0..call.count() {
        if let Some(nulls) = call.array(index)?.logical_nulls() {
            let missing = BooleanArray::new(!nulls.inner(), None);
            result = compute::nullif(&result, &missing)?;
        }
    }
    Ok(result)
}

/// Where a value is better than the best so far; NaN never is, and anything
/// is better than NaN.
fn better(next: &ArrayRef, best: &ArrayRef, greatest: bool) -> Result<BooleanArray> {
    use arrow_array::cast::AsArray;
    use arrow_array::types::{Float32Type, Float64Type};
    macro_rules! floating {
        ($arrow:ty) => {{
            let (next, best) = (next.as_primitive::<$arrow>(), best.as_primitive::<$arrow>());
            let pairs = next.values().iter().zip(best.values());
            pairs
                .map(|(next, best)| {
                    let ahead = if greatest { next > best } else { next < best };
                    Some(ahead || (best.is_nan() && !next.is_nan()))
                })
                .collect()
        }};
    }
    if next.data_type() != best.data_type() {
        return internal_err!("{} met {}", next.data_type(), best.data_type());
    }
    Ok(match next.data_type() {
        ty if types::is_nested(ty) => nested::ahead(next, best, greatest)?,
        DataType::Float32 => floating!(Float32Type),
        DataType::Float64 => floating!(Float64Type),
        _ => {
            let (next, best): (&dyn Array, &dyn Array) = (&Arc::clone(next), &Arc::clone(best));
            if greatest { kernels::cmp::gt(&next, &best)? } else { kernels::cmp::lt(&next, &best)? }
        }
    })
}
