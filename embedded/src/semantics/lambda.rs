//! The functions that call lambdas, for each element of an array or entry of a map.
//!
//! A lambda is called once for all elements that there are in a batch of rows: never for
//! those that an array which is NULL still has in memory, as they might be refused. What
//! the lambda uses of the row around it is repeated for each element (`compiled`).

mod attempt;
mod compiled;
mod conform;
mod function;
mod lists;
mod replace;
mod shape;

use std::collections::HashSet;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef, BooleanArray};
use arrow_schema::DataType;
use datafusion::arrow::compute;
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::{HigherOrderUDF, LambdaParametersProgress, ValueOrLambda};

pub(super) use compiled::CompileLambdas;

use super::function::refuse;
use super::nested::identities;
use crate::types;
use conform::{conform, element, meet};
use function::{Call, Function, Gives, Parameters, Types, each, field};
use lists::Lists;
use shape::{Elements, Shape, pair};

/// `array_sort` by what a lambda says, as that without one has the name.
const SORT: &str = "lake_array_sort";

/// The functions that call lambdas.
pub(super) fn functions() -> Vec<Arc<HigherOrderUDF>> {
    const ARRAY: Parameters = |types| each(vec![vec![element("it", types.value(0)?)?]]);
    const PAIR: Parameters = |types| {
        let element = element(SORT, types.value(0)?)?;
        each(vec![vec![element.clone(), element]])
    };
    const MAP: Parameters = |types| {
        let (key, value) = pair(types.value(0)?)?;
        each(vec![vec![key, value]])
    };
    const BOOLEAN: Gives = |_| Ok(DataType::Boolean);
    const SAME: Gives = |types| types.value(0).cloned();
    let all = [
        Function::new("transform", 1, ARRAY, |types| Ok(types::list(types.lambda(1)?)), transform),
        Function::new("filter", 1, ARRAY, SAME, filter),
        Function::new(SORT, 1, PAIR, SAME, sort),
        Function::new("any_match", 1, ARRAY, BOOLEAN, |call| matches(call, true, false)),
        Function::new("none_match", 1, ARRAY, BOOLEAN, |call| matches(call, true, true)),
        Function::new("all_match", 1, ARRAY, BOOLEAN, |call| matches(call, false, true)),
        Function::new("reduce", 2, reduced, |types| types.lambda(3), reduce),
        Function::new("zip_with", 2, zipped, |types| Ok(types::list(types.lambda(2)?)), zip_with),
        Function::new("map_filter", 1, MAP, SAME, map_filter),
        Function::new("transform_keys", 1, MAP, with_keys, transform_keys),
        Function::new("transform_values", 1, MAP, with_values, transform_values),
        Function::new(
            replace::REPLACE,
            2,
            replace::parameters,
            |_| Ok(DataType::Utf8),
            replace::run,
        ),
        Function::new(attempt::TRY, 1, attempt::parameters, |types| types.lambda(1), attempt::run),
        Function::new("map_zip_with", 2, map_zipped, zipped_map, map_zip_with),
    ];
    all.into_iter().map(|function| Arc::new(HigherOrderUDF::new_from_impl(function))).collect()
}

/// Whether a function of this name can fail for what its lambda gives.
pub(super) fn may_fail(name: &str) -> bool {
    matches!(name, SORT | replace::REPLACE | "transform_keys")
}

/// The state of `reduce` is what meets of the initial value and what the lambda gives.
fn reduced(types: &Types) -> Result<LambdaParametersProgress> {
    let (element, initial) = (element("reduce", types.value(0)?)?, types.value(1)?.clone());
    match types.0.get(2) {
        Some(ValueOrLambda::Lambda(Some(_))) => {
            let state = state(types)?;
            each(vec![vec![state.clone(), element], vec![state]])
        }
        _ => {
            let known = [initial, element].map(field).to_vec();
            Ok(LambdaParametersProgress::Partial(vec![Some(known), None]))
        }
    }
}

fn state(types: &Types) -> Result<DataType> {
    meet("the states of reduce", &[types.value(1)?.clone(), types.lambda(2)?])
}

fn zipped(types: &Types) -> Result<LambdaParametersProgress> {
    each(vec![vec![element("zip_with", types.value(0)?)?, element("zip_with", types.value(1)?)?]])
}

fn with_keys(types: &Types) -> Result<DataType> {
    Ok(types::map(types.lambda(1)?, pair(types.value(0)?)?.1))
}

fn with_values(types: &Types) -> Result<DataType> {
    Ok(types::map(pair(types.value(0)?)?.0, types.lambda(1)?))
}

fn map_zipped(types: &Types) -> Result<LambdaParametersProgress> {
    let ((key, left), (other, right)) = (pair(types.value(0)?)?, pair(types.value(1)?)?);
    each(vec![vec![meet("the keys", &[key, other])?, left, right]])
}

fn zipped_map(types: &Types) -> Result<DataType> {
    let (key, other) = (pair(types.value(0)?)?.0, pair(types.value(1)?)?.0);
    Ok(types::map(meet("the keys", &[key, other])?, types.lambda(2)?))
}

fn transform(call: &Call<'_>) -> Result<ArrayRef> {
    let Elements { values, shape } = call.elements(0)?;
    shape.list(call.gives(), &call.call(0, &[&values], &shape.rows)?)
}

fn filter(call: &Call<'_>) -> Result<ArrayRef> {
    let Elements { values, shape } = call.elements(0)?;
    let (places, shape) = shape.filtered(&call.conditions(0, &[&values], &shape.rows)?);
    shape.list(call.gives(), &lists::take(&values, &places)?)
}

/// Puts each element behind the last one that the lambda does not put behind it. It may say
/// anything: no sort that relies on an order will do.
fn sort(call: &Call<'_>) -> Result<ArrayRef> {
    let Elements { values, shape } = call.elements(0)?;
    let mut places: Vec<Option<usize>> = Vec::with_capacity(values.len());
    for (row, range) in shape.ranges().enumerate() {
        let start = places.len();
        for index in range.unwrap_or_default() {
            let (mut low, mut high) = (start, places.len());
            while low < high {
                let middle = usize::midpoint(low, high);
                if is_before(call, &values, (places[middle], index), row)? {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            places.insert(low, Some(index));
        }
    }
    shape.list(call.gives(), &lists::take(&values, &places)?)
}

/// Whether the lambda puts an element before another one.
fn is_before(
    call: &Call<'_>,
    values: &ArrayRef,
    (other, index): (Option<usize>, usize),
    row: usize,
) -> Result<bool> {
    let (a, b) = (lists::take(values, &[Some(index)])?, lists::take(values, &[other])?);
    let said = conform(&call.call(0, &[&a, &b], &[row])?, &DataType::Int64)?;
    let said = said.as_primitive::<Int64Type>();
    match said.is_valid(0).then(|| said.value(0)) {
        Some(said @ -1..=1) => Ok(said < 0),
        _ => refuse("the lambda of array_sort gives -1, 0 or 1, and nothing else"),
    }
}

/// Whether there is an element for which the lambda says this, or the opposite of it; NULL
/// where there is none, but the lambda says NULL for one.
fn matches(call: &Call<'_>, sought: bool, negated: bool) -> Result<ArrayRef> {
    let Elements { values, shape } = call.elements(0)?;
    let conditions = call.conditions(0, &[&values], &shape.rows)?;
    let found = shape.ranges().map(|range| {
        let mut range = range?;
        let is_found =
            |index: usize| conditions.is_valid(index) && conditions.value(index) == sought;
        if range.clone().any(is_found) {
            return Some(!negated);
        }
        (!range.any(|index| conditions.is_null(index))).then_some(negated)
    });
    Ok(Arc::new(found.collect::<BooleanArray>()))
}

/// Computes the states of all rows with their first elements, then with the second ones, and
/// so on.
fn reduce(call: &Call<'_>) -> Result<ArrayRef> {
    let state = state(call.types)?;
    let Elements { values, shape } = call.elements(0)?;
    let mut states = conform(&call.array(1)?, &state)?;
    let longest = shape.lengths.iter().copied().max().unwrap_or_default();
    for step in 0..longest {
        let ranges = shape.ranges().enumerate();
        let places: (Vec<usize>, Vec<Option<usize>>) =
            ranges.filter_map(|(row, range)| Some((row, Some(range?.nth(step)?)))).unzip();
        let (rows, places) = places;
        let of_rows: Vec<Option<usize>> = rows.iter().copied().map(Some).collect();
        let (before, next) = (lists::take(&states, &of_rows)?, lists::take(&values, &places)?);
        let after = conform(&call.call(0, &[&before, &next], &rows)?, &state)?;
        let mut sources: Vec<(usize, usize)> = (0..call.rows()).map(|row| (0, row)).collect();
        for (index, row) in rows.into_iter().enumerate() {
            sources[row] = (1, index);
        }
        states = compute::interleave(&[&*states, &*after], &sources)?;
    }
    // What there is for rows whose array is not NULL.
    let there = (0..call.rows()).filter(|row| shape.valid[*row]);
    let rows: Vec<usize> = there.collect();
    let of_rows: Vec<Option<usize>> = rows.iter().copied().map(Some).collect();
    let given = call.call(1, &[&lists::take(&states, &of_rows)?], &rows)?;
    let mut places = vec![None; call.rows()];
    for (index, row) in rows.into_iter().enumerate() {
        places[row] = Some(index);
    }
    conform(&lists::take(&given, &places)?, call.gives())
}

fn zip_with(call: &Call<'_>) -> Result<ArrayRef> {
    let (left, right) = (Lists::from(&call.array(0)?)?, Lists::from(&call.array(1)?)?);
    let (mut shape, mut of_left, mut of_right) = (Shape::default(), Vec::new(), Vec::new());
    for row in 0..call.rows() {
        let (Some(a), Some(b)) = (left.get(row), right.get(row)) else {
            shape.push(row, None);
            continue;
        };
        let longest = a.len().max(b.len());
        shape.push(row, Some(longest));
        for (range, places) in [(a, &mut of_left), (b, &mut of_right)] {
            let missing = longest - range.len();
            places.extend(range.map(Some).chain(std::iter::repeat_n(None, missing)));
        }
    }
    let a = lists::take(&left.values, &of_left)?;
    let b = lists::take(&right.values, &of_right)?;
    shape.list(call.gives(), &call.call(0, &[&a, &b], &shape.rows)?)
}

fn map_filter(call: &Call<'_>) -> Result<ArrayRef> {
    let entries = call.elements(0)?;
    let (keys, values) = entries.pairs();
    let conditions = call.conditions(0, &[keys, values], &entries.shape.rows)?;
    let (places, shape) = entries.shape.filtered(&conditions);
    shape.map(call.gives(), &lists::take(keys, &places)?, &lists::take(values, &places)?)
}

fn transform_keys(call: &Call<'_>) -> Result<ArrayRef> {
    let entries = call.elements(0)?;
    let (keys, values) = entries.pairs();
    let made = call.call(0, &[keys, values], &entries.shape.rows)?;
    entries.shape.map(call.gives(), &made, values)
}

fn transform_values(call: &Call<'_>) -> Result<ArrayRef> {
    let entries = call.elements(0)?;
    let (keys, values) = entries.pairs();
    let made = call.call(0, &[keys, values], &entries.shape.rows)?;
    entries.shape.map(call.gives(), keys, &made)
}

/// The keys of both maps, those of the first one before the others.
fn map_zip_with(call: &Call<'_>) -> Result<ArrayRef> {
    let DataType::Map(..) = call.gives() else { return internal_err!("not a map") };
    let (key, _) = pair(call.gives())?;
    let (left, right) = (call.elements(0)?, call.elements(1)?);
    let ((keys, values), (others, other_values)) = (left.pairs(), right.pairs());
    let (keys, others) = (conform(keys, &key)?, conform(others, &key)?);
    let all = compute::concat(&[&*keys, &*others])?;
    let same = identities(&all)?;
    let theirs_from = keys.len();
    let (mut shape, mut of_keys) = (Shape::default(), Vec::new());
    let (mut of_left, mut of_right) = (Vec::new(), Vec::new());
    for (row, pair) in left.shape.ranges().zip(right.shape.ranges()).enumerate() {
        let (Some(mine), Some(theirs)) = pair else {
            shape.push(row, None);
            continue;
        };
        let before = of_keys.len();
        for index in mine.clone() {
            of_keys.push(Some(index));
            of_left.push(Some(index));
            of_right.push(theirs.clone().find(|at| same.row(index) == same.row(theirs_from + at)));
        }
        let known: HashSet<_> = mine.map(|index| same.row(index)).collect();
        for at in theirs.filter(|at| !known.contains(&same.row(theirs_from + at))) {
            of_keys.push(Some(theirs_from + at));
            of_left.push(None);
            of_right.push(Some(at));
        }
        shape.push(row, Some(of_keys.len() - before));
    }
    let keys = lists::take(&all, &of_keys)?;
    let (a, b) = (lists::take(values, &of_left)?, lists::take(other_values, &of_right)?);
    let made = call.call(0, &[&keys, &a, &b], &shape.rows)?;
    shape.map(call.gives(), &keys, &made)
}
