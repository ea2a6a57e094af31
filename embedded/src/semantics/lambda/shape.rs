//! How many elements each row has, and arrays and maps of as many.

use std::ops::Range;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BooleanArray};
use arrow_schema::DataType;
use datafusion::common::{Result, internal_err, plan_err};

use super::super::nested::{Ends, Keys, Maps};
use super::conform::conform;
use crate::types;

pub(super) fn pair(map: &DataType) -> Result<(DataType, DataType)> {
    match types::entry(map) {
        Some((key, value)) => Ok((key.clone(), value.clone())),
        None => plan_err!("{} is not a map", types::name(map)),
    }
}

/// How many elements each row has, which lie one row after the other.
#[derive(Default)]
pub(super) struct Shape {
    pub(super) lengths: Vec<usize>,
    pub(super) valid: Vec<bool>,
    /// The row of each element.
    pub(super) rows: Vec<usize>,
}

impl Shape {
    /// Adds a row; `None` for NULL.
    pub(super) fn push(&mut self, row: usize, length: Option<usize>) {
        self.valid.push(length.is_some());
        let length = length.unwrap_or_default();
        self.lengths.push(length);
        self.rows.extend(std::iter::repeat_n(row, length));
    }

    /// For each row where its elements are; `None` for NULL.
    pub(super) fn ranges(&self) -> impl Iterator<Item = Option<Range<usize>>> {
        let mut start = 0;
        self.lengths.iter().zip(&self.valid).map(move |(length, valid)| {
            let range = start..start + length;
            start = range.end;
            valid.then_some(range)
        })
    }

    /// Arrays of such elements.
    pub(super) fn list(&self, ty: &DataType, values: &ArrayRef) -> Result<ArrayRef> {
        let DataType::List(item) = ty else { return internal_err!("{ty} is not an array") };
        let (mut ends, mut count) = (Ends::new(), 0);
        for range in self.ranges() {
            match range {
                Some(range) => {
                    count = range.end;
                    ends.end(count)?;
                }
                None => ends.null(count)?,
            }
        }
        ends.finish(conform(values, item.data_type())?, ty)
    }

    /// Maps of such entries, whose keys are ones, and each there once.
    pub(super) fn map(
        &self,
        ty: &DataType,
        keys: &ArrayRef,
        values: &ArrayRef,
    ) -> Result<ArrayRef> {
        let (key, value) = pair(ty)?;
        let (keys, values) = (conform(keys, &key)?, conform(values, &value)?);
        let check = Keys::of(&keys)?;
        let mut maps = Maps::new();
        for range in self.ranges() {
            let Some(range) = range else {
                maps.null()?;
                continue;
            };
            check.check(range.clone())?;
            range.for_each(|place| maps.push(place, place));
            maps.end()?;
        }
        maps.finish(&keys, &values, ty)
    }

    /// Of the elements those for which a lambda says so: where they are, and their shape.
    pub(super) fn filtered(&self, conditions: &BooleanArray) -> (Vec<Option<usize>>, Shape) {
        let is_kept = |index: &usize| conditions.is_valid(*index) && conditions.value(*index);
        let (mut places, mut shape) = (Vec::new(), Shape::default());
        for (row, range) in self.ranges().enumerate() {
            let before = places.len();
            let valid = range.is_some();
            places.extend(range.unwrap_or_default().filter(is_kept).map(Some));
            shape.push(row, valid.then_some(places.len() - before));
        }
        (places, shape)
    }
}

/// The elements of arrays, or the entries of maps.
pub(super) struct Elements {
    pub(super) values: ArrayRef,
    pub(super) shape: Shape,
}

impl Elements {
    /// The keys and the values of entries.
    pub(super) fn pairs(&self) -> (&ArrayRef, &ArrayRef) {
        let entries = self.values.as_struct();
        (entries.column(0), entries.column(1))
    }
}
