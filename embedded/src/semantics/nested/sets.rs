//! Arrays as sets: which elements are the same is as for DISTINCT.

use std::collections::HashSet;

use arrow_array::{Array, ArrayRef, Int64Array};
use arrow_schema::DataType;
use datafusion::arrow::compute;
use datafusion::common::{Result, internal_err};

use super::super::function::{Call, Function, Gives, Takes};
use super::identity::identities;
use super::maps::{Maps, groups};
use super::picked::Picked;
use super::shape::Shape;
use crate::types;

pub(super) fn functions() -> Vec<Function> {
    const ONE: Takes = Takes::Shapes(&[&[Shape::Array]]);
    const TWO: Takes = Takes::Shapes(&[&[Shape::Array, Shape::Array]]);
    const SAME: Gives = Gives::Types(|taken| Ok(taken[0].clone()));
    const BOOLEAN: Gives = Gives::Fixed(&DataType::Boolean);
    const COUNTS: Gives = Gives::Types(|taken| match &taken[0] {
        DataType::List(item) => Ok(types::map(item.data_type().clone(), DataType::Int64)),
        other => internal_err!("the elements of {other}"),
    });
    vec![
        Function::new("array_distinct", ONE, SAME, distinct).strict(),
        Function::new("array_union", TWO, SAME, union).strict(),
        Function::new("array_intersect", TWO, SAME, intersect).strict(),
        Function::new("array_except", TWO, SAME, except).strict(),
        Function::new("arrays_overlap", TWO, BOOLEAN, overlap),
        Function::new("contains_sequence", TWO, BOOLEAN, contains_sequence).strict(),
        Function::new("array_histogram", ONE, COUNTS, histogram).strict(),
    ]
}

fn distinct(call: &Call<'_>) -> Result<ArrayRef> {
    let lists = call.lists(0)?;
    let elements = lists.values().values();
    let identities = identities(elements)?;
    let mut picked = Picked::new();
    for row in 0..call.rows() {
        let Some(list) = lists.get(row) else {
            picked.null()?;
            continue;
        };
        let mut seen = HashSet::new();
        picked.extend(list.filter(|place| seen.insert(identities.row(*place))));
        picked.end()?;
    }
    picked.finish(elements, call.gives())
}

/// The elements of the two arguments, and where those of the second begin.
fn both(call: &Call<'_>) -> Result<(ArrayRef, usize)> {
    let (left, right) = (call.lists(0)?, call.lists(1)?);
    let (left, right) = (left.values().values(), right.values().values());
    Ok((compute::concat(&[&**left, &**right])?, left.len()))
}

/// Picks among the elements of two arrays. `pick` is given the places of both.
fn combine(
    call: &Call<'_>,
    pick: impl Fn(
        &datafusion::arrow::row::Rows,
        std::ops::Range<usize>,
        std::ops::Range<usize>,
        &mut Picked,
    ),
) -> Result<ArrayRef> {
    let (left, right) = (call.lists(0)?, call.lists(1)?);
    let (elements, second) = both(call)?;
    let identities = identities(&elements)?;
    let mut picked = Picked::new();
    for row in 0..call.rows() {
        let (Some(a), Some(b)) = (left.get(row), right.get(row)) else {
            picked.null()?;
            continue;
        };
        pick(&identities, a, b.start + second..b.end + second, &mut picked);
        picked.end()?;
    }
    picked.finish(&elements, call.gives())
}

fn union(call: &Call<'_>) -> Result<ArrayRef> {
    combine(call, |identities, a, b, picked| {
        let mut seen = HashSet::new();
        picked.extend(a.chain(b).filter(|place| seen.insert(identities.row(*place))));
    })
}

fn intersect(call: &Call<'_>) -> Result<ArrayRef> {
    combine(call, |identities, a, b, picked| {
        // In the order of the longer one.
        let (many, few) = if a.len() < b.len() { (b, a) } else { (a, b) };
        let mut wanted: HashSet<_> = few.map(|place| identities.row(place)).collect();
        picked.extend(many.filter(|place| wanted.remove(&identities.row(*place))));
    })
}

fn except(call: &Call<'_>) -> Result<ArrayRef> {
    combine(call, |identities, a, b, picked| {
        let mut seen: HashSet<_> = b.map(|place| identities.row(place)).collect();
        picked.extend(a.filter(|place| seen.insert(identities.row(*place))));
    })
}

fn overlap(call: &Call<'_>) -> Result<ArrayRef> {
    let (left, right) = (call.lists(0)?, call.lists(1)?);
    let (elements, second) = both(call)?;
    let identities = identities(&elements)?;
    let nulls = elements.logical_nulls();
    let is_null = |place: usize| nulls.as_ref().is_some_and(|nulls| nulls.is_null(place));
    call.make_booleans(|row| {
        let (Some(a), Some(b)) = (left.get(row), right.get(row)) else { return Ok(None) };
        let b = b.start + second..b.end + second;
        if a.is_empty() || b.is_empty() {
            return Ok(Some(false));
        }
        let known = b.clone().filter(|place| !is_null(*place));
        let known: HashSet<_> = known.map(|place| identities.row(place)).collect();
        if a.clone().any(|place| !is_null(place) && known.contains(&identities.row(place))) {
            return Ok(Some(true));
        }
        Ok(if a.chain(b).any(is_null) { None } else { Some(false) })
    })
}

fn contains_sequence(call: &Call<'_>) -> Result<ArrayRef> {
    let (left, right) = (call.lists(0)?, call.lists(1)?);
    let (elements, second) = both(call)?;
    let identities = identities(&elements)?;
    call.make_booleans(|row| {
        let (Some(a), Some(b)) = (left.get(row), right.get(row)) else { return Ok(None) };
        let is_here = |start: usize| {
            let pairs = (start..a.end).zip(b.start + second..b.end + second);
            pairs.into_iter().all(|(a, b)| identities.row(a) == identities.row(b))
        };
        let starts = a.len().checked_sub(b.len()).map(|last| a.start..=a.start + last);
        Ok(Some(starts.into_iter().flatten().any(is_here)))
    })
}

/// How often each element is there, but NULL.
fn histogram(call: &Call<'_>) -> Result<ArrayRef> {
    let lists = call.lists(0)?;
    let elements = lists.values().values();
    let identities = identities(elements)?;
    let nulls = elements.logical_nulls();
    let is_null = |place: usize| nulls.as_ref().is_some_and(|nulls| nulls.is_null(place));
    let (mut maps, mut counts) = (Maps::new(), Vec::new());
    for row in 0..call.rows() {
        let Some(list) = lists.get(row) else {
            maps.null()?;
            continue;
        };
        let present = list.filter(|place| !is_null(*place));
        for places in groups(present.map(|place| (identities.row(place), place))) {
            maps.push(places[0], counts.len());
            counts.push(places.len() as i64);
        }
        maps.end()?;
    }
    maps.finish(elements, &Int64Array::from(counts), call.gives())
}
