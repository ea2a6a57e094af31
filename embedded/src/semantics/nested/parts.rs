//! Parts of arrays, and arrays put together.

use std::ops::Range;

use arrow_array::ArrayRef;
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ListArray};
use arrow_schema::DataType;
use datafusion::arrow::compute;
use datafusion::common::{Result, internal_err};

use super::super::function::{Call, Column, Function, Gives, Param, Takes, refuse};
use super::super::math::draws;
use super::picked::{Ends, Picked};
use super::shape::Shape;
use crate::types;

/// The most elements that `repeat` and `sequence` make.
pub(super) const MOST: i64 = 10_000;

pub(super) fn functions() -> Vec<Function> {
    use Shape::{Array, Arrays, Element, Of};
    const BIGINT: Shape = Of(Param::Bigint);
    const COUNTED: Takes = Takes::Shapes(&[&[Array, BIGINT]]);
    const SAME: Gives = Gives::Types(|taken| Ok(taken[0].clone()));
    const OF_FIRST: Gives = Gives::Types(|taken| Ok(types::list(taken[0].clone())));
    const WITHIN: Gives = Gives::Types(|taken| match &taken[0] {
        DataType::List(item) => Ok(item.data_type().clone()),
        other => internal_err!("the elements of {other}"),
    });
    vec![
        Function::new("slice", Takes::Shapes(&[&[Array, BIGINT, BIGINT]]), SAME, slice).strict(),
        Function::new("trim_array", COUNTED, SAME, trim).strict(),
        Function::new("ngrams", COUNTED, OF_FIRST, ngrams).strict(),
        Function::new("combinations", COUNTED, OF_FIRST, combinations).strict(),
        Function::new("flatten", Takes::Shapes(&[&[Arrays]]), WITHIN, flatten).strict(),
        Function::new("shuffle", Takes::Shapes(&[&[Array]]), SAME, shuffle).volatile().strict(),
        Function::new("repeat", Takes::Shapes(&[&[Element, BIGINT]]), OF_FIRST, repeat),
    ]
}

/// Parts of arrays that are each of elements side by side.
fn parts(
    call: &Call<'_>,
    part: impl Fn(usize, Range<usize>) -> Result<Option<Range<usize>>>,
) -> Result<ArrayRef> {
    let lists = call.lists(0)?;
    let mut picked = Picked::new();
    for row in 0..call.rows() {
        let part = match lists.get(row) {
            Some(list) => part(row, list)?,
            None => None,
        };
        match part {
            Some(part) => {
                picked.extend(part);
                picked.end()?;
            }
            None => picked.null()?,
        }
    }
    picked.finish(lists.values().values(), call.gives())
}

fn slice(call: &Call<'_>) -> Result<ArrayRef> {
    let (starts, lengths) = (call.numbers::<Int64Type>(1)?, call.numbers::<Int64Type>(2)?);
    parts(call, |row, list| {
        let (Some(start), Some(length)) = (starts.get(row), lengths.get(row)) else {
            return Ok(None);
        };
        if length < 0 {
            return refuse(format!("the length of a slice is negative: {length}"));
        }
        if start == 0 {
            return refuse("array subscripts start at 1, not at 0");
        }
        let count = list.len() as i64;
        let from = if start < 0 { count.saturating_add(start) } else { start - 1 };
        // One that is too long to count to its end is empty in Trino, too.
        let end = from.checked_add(length).and_then(|end| end.checked_add(1)).unwrap_or(0);
        let to = (end - 1).min(count);
        if from < 0 || from >= to {
            return Ok(Some(list.start..list.start));
        }
        Ok(Some(list.start + from as usize..list.start + to as usize))
    })
}

fn trim(call: &Call<'_>) -> Result<ArrayRef> {
    let sizes = call.numbers::<Int64Type>(1)?;
    parts(call, |row, list| {
        let Some(size) = sizes.get(row) else { return Ok(None) };
        match usize::try_from(size) {
            Ok(size) if size <= list.len() => Ok(Some(list.start..list.end - size)),
            Ok(_) => refuse(format!("{size} elements cannot be trimmed from {}", list.len())),
            Err(_) => refuse(format!("the number of elements to trim is negative: {size}")),
        }
    })
}

/// The array backwards.
pub(in super::super) fn reverse(call: &Call<'_>) -> Result<ArrayRef> {
    let lists = call.lists(0)?;
    let mut picked = Picked::new();
    for row in 0..call.rows() {
        match lists.get(row) {
            Some(list) => {
                picked.extend(list.rev());
                picked.end()?;
            }
            None => picked.null()?,
        }
    }
    picked.finish(lists.values().values(), call.gives())
}

/// The elements in any order, each one as likely as another.
fn shuffle(call: &Call<'_>) -> Result<ArrayRef> {
    let lists = call.lists(0)?;
    let draw = draws();
    let (mut picked, mut drawn) = (Picked::new(), 0);
    for row in 0..call.rows() {
        let Some(list) = lists.get(row) else {
            picked.null()?;
            continue;
        };
        let mut places: Vec<usize> = list.collect();
        for last in (1..places.len()).rev() {
            drawn += 1;
            places.swap(last, (draw(drawn) % (last as u64 + 1)) as usize);
        }
        picked.extend(places);
        picked.end()?;
    }
    picked.finish(lists.values().values(), call.gives())
}

/// The elements of all arguments, which are arrays of one type.
pub(in super::super) fn concat(call: &Call<'_>) -> Result<ArrayRef> {
    let lists = (0..call.count()).map(|index| call.lists(index)).collect::<Result<Vec<_>>>()?;
    let mut first = Vec::with_capacity(lists.len());
    let mut count = 0;
    for list in &lists {
        first.push(count);
        count += list.values().values().len();
    }
    let mut picked = Picked::new();
    for row in 0..call.rows() {
        let ranges: Option<Vec<_>> = lists.iter().map(|list| list.get(row)).collect();
        let Some(ranges) = ranges else {
            picked.null()?;
            continue;
        };
        for (range, first) in ranges.into_iter().zip(&first) {
            picked.extend(range.map(|place| first + place));
        }
        picked.end()?;
    }
    let elements: Vec<&dyn Array> = lists.iter().map(|list| &**list.values().values()).collect();
    picked.finish(&compute::concat(&elements)?, call.gives())
}

/// Arrays of arrays: those that `parts` adds for each row, which it ends itself.
fn arrays_of_parts(
    call: &Call<'_>,
    parts: impl Fn(i64, Range<usize>, &mut Picked) -> Result<usize>,
) -> Result<ArrayRef> {
    let lists: Column<ListArray> = call.lists(0)?;
    let sizes = call.numbers::<Int64Type>(1)?;
    let (mut picked, mut ends, mut count) = (Picked::new(), Ends::new(), 0);
    for row in 0..call.rows() {
        match (lists.get(row), sizes.get(row)) {
            (Some(list), Some(size)) => {
                count += parts(size, list, &mut picked)?;
                ends.end(count)?;
            }
            _ => ends.null(count)?,
        }
    }
    let inner = picked.finish(lists.values().values(), &call.ty(0))?;
    ends.finish(inner, call.gives())
}

fn ngrams(call: &Call<'_>) -> Result<ArrayRef> {
    arrays_of_parts(call, |size, list, picked| {
        let Some(size) = usize::try_from(size).ok().filter(|size| *size > 0) else {
            return refuse(format!("the length of n-grams is {size}, and not positive"));
        };
        // A short array is one itself.
        let size = size.min(list.len());
        let starts = list.start..=list.end - size;
        let count = starts.clone().count();
        for start in starts {
            picked.extend(start..start + size);
            picked.end()?;
        }
        Ok(count)
    })
}

fn combinations(call: &Call<'_>) -> Result<ArrayRef> {
    const LONGEST: usize = 5;
    const MOST: usize = 100_000;
    arrays_of_parts(call, |size, list, picked| {
        let size = match usize::try_from(size) {
            Ok(size) if size <= LONGEST => size,
            _ => return refuse(format!("combinations are of 0 to {LONGEST} elements, not {size}")),
        };
        let count = list.len();
        if size > count {
            return Ok(0);
        }
        let mut chosen: Vec<usize> = (0..size).collect();
        let mut made = 0;
        loop {
            made += 1;
            if made > MOST {
                return refuse(format!("there are more than {MOST} combinations"));
            }
            picked.extend(chosen.iter().map(|place| list.start + place));
            picked.end()?;
            // The first that can go on does, and those before it start again.
            let end = |index: usize| if index + 1 < size { chosen[index + 1] } else { count };
            let Some(next) = (0..size).find(|index| chosen[*index] + 1 < end(*index)) else {
                return Ok(made);
            };
            chosen[next] += 1;
            for (index, place) in chosen[..next].iter_mut().enumerate() {
                *place = index;
            }
        }
    })
}

fn flatten(call: &Call<'_>) -> Result<ArrayRef> {
    let lists = call.lists(0)?;
    let inner = lists.values().values().as_list::<i32>();
    let offsets = inner.value_offsets();
    let mut picked = Picked::new();
    for row in 0..call.rows() {
        let Some(list) = lists.get(row) else {
            picked.null()?;
            continue;
        };
        for place in list.filter(|place| inner.is_valid(*place)) {
            picked.extend(offsets[place] as usize..offsets[place + 1] as usize);
        }
        picked.end()?;
    }
    picked.finish(inner.values(), call.gives())
}

fn repeat(call: &Call<'_>) -> Result<ArrayRef> {
    let (elements, counts) = (call.any(0)?, call.numbers::<Int64Type>(1)?);
    let mut picked = Picked::new();
    for row in 0..call.rows() {
        let Some(count) = counts.get(row) else {
            picked.null()?;
            continue;
        };
        if !(0..=MOST).contains(&count) {
            return refuse(format!("an element is repeated 0 to {MOST} times, not {count}"));
        }
        picked.extend((0..count).map(|_| elements.place(row)));
        picked.end()?;
    }
    picked.finish(elements.values(), call.gives())
}
