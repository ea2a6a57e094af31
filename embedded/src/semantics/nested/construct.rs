//! What makes arrays and rows.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, StructArray};
use arrow_schema::DataType;
use datafusion::arrow::compute;
use datafusion::common::{Result, internal_err, plan_err};

use super::super::function::{Call, Function, Gives, Takes};
use super::picked::Picked;
use crate::types;

/// The function behind `ARRAY[…]`.
pub(in super::super) const ARRAY: &str = "lake_array";

pub(super) fn functions() -> Vec<Function> {
    const OF_FIRST: Gives =
        Gives::Types(|taken| Ok(types::list(taken.first().cloned().unwrap_or(DataType::Null))));
    const ROW: Gives =
        Gives::Types(|taken| Ok(types::row(taken.iter().map(|ty| (None, ty.clone())))));
    vec![
        Function::new(ARRAY, Takes::Rule(meet), OF_FIRST, array),
        Function::new("row", Takes::Rule(fields), ROW, row),
    ]
}

/// All elements in their common type.
fn meet(found: &[DataType]) -> Result<Vec<DataType>> {
    match types::common_of(found) {
        Some(common) => Ok(vec![common; found.len()]),
        None => {
            plan_err!("{} have no type in common as elements; cast them", types::names(found))
        }
    }
}

fn fields(found: &[DataType]) -> Result<Vec<DataType>> {
    if found.is_empty() {
        return plan_err!("a row has at least one field");
    }
    Ok(found.iter().map(types::canonical).collect())
}

fn array(call: &Call<'_>) -> Result<ArrayRef> {
    let DataType::List(item) = call.gives() else { return internal_err!("an array") };
    let arguments = (0..call.count()).map(|index| call.any(index)).collect::<Result<Vec<_>>>()?;
    let mut picked = Picked::new();
    let mut first = Vec::with_capacity(arguments.len());
    let mut count = 0;
    for argument in &arguments {
        first.push(count);
        count += argument.values().len();
    }
    for row in 0..call.rows() {
        picked.extend(arguments.iter().zip(&first).map(|(arg, first)| first + arg.place(row)));
        picked.end()?;
    }
    let values: Vec<&dyn Array> = arguments.iter().map(|arg| &**arg.values()).collect();
    if values.is_empty() {
        return picked.finish(&arrow_array::new_empty_array(item.data_type()), call.gives());
    }
    picked.finish(&compute::concat(&values)?, call.gives())
}

fn row(call: &Call<'_>) -> Result<ArrayRef> {
    let DataType::Struct(fields) = call.gives() else { return internal_err!("a row") };
    let columns = (0..call.count()).map(|index| call.array(index)).collect::<Result<_>>()?;
    Ok(Arc::new(StructArray::try_new(fields.clone(), columns, None)?))
}
