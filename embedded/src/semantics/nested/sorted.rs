//! What has to do with the order of elements.

use std::cmp::Ordering;

use arrow_array::builder::UInt64Builder;
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use datafusion::arrow::compute;
use datafusion::common::{Result, internal_err, plan_err};

use super::super::function::{Call, Function, Gives, Takes};
use super::identity::has_maps;
use super::order::{NaN, order};
use super::picked::Picked;
use super::shape::{self, Shape};
use crate::types;

pub(super) fn functions() -> Vec<Function> {
    const SAME: Gives = Gives::Types(|taken| Ok(taken[0].clone()));
    const ELEMENT: Gives = Gives::Types(|taken| match &taken[0] {
        DataType::List(item) => Ok(item.data_type().clone()),
        other => internal_err!("the elements of {other}"),
    });
    vec![
        Function::new("array_sort", Takes::Rule(|found| takes("array_sort", found)), SAME, sort)
            .strict(),
        Function::new("array_max", Takes::Rule(|found| takes("array_max", found)), ELEMENT, max),
        Function::new("array_min", Takes::Rule(|found| takes("array_min", found)), ELEMENT, min),
    ]
}

fn takes(name: &str, found: &[DataType]) -> Result<Vec<DataType>> {
    let taken = shape::fit(name, &[&[Shape::Array]], found)?;
    if has_maps(&taken[0]) {
        return plan_err!("{name} takes no {}: maps have no order", types::names(found));
    }
    Ok(taken)
}

fn sort(call: &Call<'_>) -> Result<ArrayRef> {
    let lists = call.lists(0)?;
    let elements = lists.values().values();
    let order = order(elements, elements, NaN::Last)?;
    let nulls = elements.logical_nulls();
    let is_null = |place: &usize| nulls.as_ref().is_some_and(|nulls| nulls.is_null(*place));
    let mut picked = Picked::new();
    for row in 0..call.rows() {
        let Some(list) = lists.get(row) else {
            picked.null()?;
            continue;
        };
        let (missing, mut present): (Vec<_>, Vec<_>) = list.partition(is_null);
        let mut failed = None;
        present.sort_by(|a, b| {
            order(*a, *b).unwrap_or_else(|error| {
                failed.get_or_insert(error);
                Ordering::Equal
            })
        });
        if let Some(error) = failed {
            return Err(error);
        }
        picked.extend(present);
        picked.extend(missing);
        picked.end()?;
    }
    picked.finish(elements, call.gives())
}

fn max(call: &Call<'_>) -> Result<ArrayRef> {
    best(call, Ordering::Greater, NaN::First)
}

fn min(call: &Call<'_>) -> Result<ArrayRef> {
    best(call, Ordering::Less, NaN::Last)
}

/// The first of the elements that are best; NULL where one is NULL.
fn best(call: &Call<'_>, wanted: Ordering, nan: NaN) -> Result<ArrayRef> {
    let lists = call.lists(0)?;
    let elements = lists.values().values();
    let order = order(elements, elements, nan)?;
    let nulls = elements.logical_nulls();
    let is_null = |place: usize| nulls.as_ref().is_some_and(|nulls| nulls.is_null(place));
    let mut places = UInt64Builder::with_capacity(call.rows());
    for row in 0..call.rows() {
        let mut best = None;
        for place in lists.get(row).into_iter().flatten() {
            if is_null(place) {
                best = None;
                break;
            }
            best = match best {
                Some(best) if order(place, best)? != wanted => Some(best),
                _ => Some(place),
            };
        }
        places.append_option(best.map(|place| place as u64));
    }
    Ok(compute::take(elements, &places.finish(), None)?)
}
