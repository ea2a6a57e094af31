//! [`RowCell`]: a cell that holds a row, whose fields are read by their names.

use std::sync::Arc;

use arrow_array::StructArray;
use arrow_array::cast::AsArray;
use lakequery_types::same_name;

use super::cell::{Cell, Column};
use super::decode::{inner, short_name};
use super::decode_error::DecodeError;

/// A cell that holds a row, as the code reads it that `SqlRow` writes.
#[derive(Clone, Copy, Debug)]
pub struct RowCell<'a> {
    array: &'a StructArray,
    row: usize,
}

impl<'a> RowCell<'a> {
    /// The row in a cell, to be read into the struct `T`.
    ///
    /// # Errors
    ///
    /// When the cell is NULL, or holds something else.
    pub fn of<T>(cell: Cell<'a>) -> Result<RowCell<'a>, DecodeError> {
        if cell.is_null() {
            return Err(DecodeError::null());
        }
        let (array, row) = cell.arrow();
        match array.as_struct_opt() {
            Some(array) => Ok(RowCell { array, row }),
            None => Err(cell.mismatch(&format!("the struct `{}`", short_name::<T>()))),
        }
    }

    /// The value of the field of this name, for the field of the struct `T` that stands at
    /// `place`, where that of the row usually is, too.
    ///
    /// # Errors
    ///
    /// When the row has no such field, or `decode` can't read it.
    pub fn field<T, F>(
        &self,
        place: usize,
        name: &'static str,
        decode: impl FnOnce(Cell<'_>) -> Result<F, DecodeError>,
    ) -> Result<F, DecodeError> {
        let fields = self.array.fields();
        let is = |field: &Arc<arrow_schema::Field>| same_name(field.name(), name);
        let index = match fields.get(place).is_some_and(is) {
            true => Some(place),
            false => fields.iter().position(is),
        };
        let index = index.ok_or_else(|| {
            let there: Vec<&str> = fields.iter().map(|field| &**field.name()).collect();
            let there = there.join(", ");
            DecodeError::new(format!("the row has no field {name}; its fields are {there}"))
        })?;
        let column = Column::of(&**self.array.column(index));
        let part = || format!("field {name}");
        inner(decode(Cell::new(&column, self.row)), part, str::to_owned).map_err(|mut error| {
            if let Some(null) = error.unexpected_null_mut() {
                null.field.get_or_insert_with(|| (name, short_name::<T>()));
            }
            error
        })
    }
}
