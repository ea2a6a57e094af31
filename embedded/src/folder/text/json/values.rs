//! The values of JSON on their way to arrays.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::{ArrayRef, ListArray, StructArray};
use arrow_buffer::{NullBufferBuilder, OffsetBufferBuilder};
use arrow_schema::{DataType, FieldRef, Fields};
use lakequery_types::json::{Next, Reader};
use lakequery_types::same_name;

use super::super::broken::{OF_OTHER_TYPE, shown};
use super::super::candidates::Scalar;
use super::super::column::Column;
use super::shape::{Kind, twice};
use super::wrong::Wrong;
use crate::types;

/// The objects of the rows.
pub(super) struct Row {
    members: Members,
}

impl Row {
    /// Of columns with these names; the values of those that are not wanted are skipped, and,
    /// where types are stated, all others.
    pub(super) fn new(columns: &[(String, Kind)], stated: bool, wanted: &[usize]) -> Row {
        let mut names: HashMap<String, Option<usize>> =
            columns.iter().map(|(name, _)| (name.clone(), None)).collect();
        for (at, i) in wanted.iter().enumerate() {
            names.insert(columns[*i].0.clone(), Some(at));
        }
        let values = wanted.iter().map(|i| Values::new(&columns[*i].1, stated)).collect();
        let last = vec![0; wanted.len()];
        Row { members: Members { names, stated, last, values, number: 0 } }
    }

    /// Reads an object.
    pub(super) fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Wrong> {
        self.members.read(reader)
    }

    /// The values of all objects since the last time.
    pub(super) fn finish(&mut self) -> Vec<ArrayRef> {
        self.members.values.iter_mut().map(Values::finish).collect()
    }
}

/// The values of objects.
struct Members {
    /// Where the values of a key go, if they are wanted.
    names: HashMap<String, Option<usize>>,
    /// Whether the types were stated: other keys are skipped, and case does not count.
    stated: bool,
    /// For each value the number of the last object that has it.
    last: Vec<u64>,
    values: Vec<Values>,
    number: u64,
}

impl Members {
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<(), Wrong> {
        let mut first = true;
        reader.object()?;
        self.number += 1;
        while let Some(key) = reader.key(&mut first)? {
            let place = match self.names.get(&*key) {
                None if self.stated => {
                    let spelled = self.names.iter().find(|(name, _)| same_name(name, &key));
                    Some(spelled.map_or(&None, |(_, place)| place))
                }
                place => place,
            };
            match place {
                Some(Some(i)) => {
                    if std::mem::replace(&mut self.last[*i], self.number) == self.number {
                        return Err(twice(reader.at(), &key));
                    }
                    self.values[*i].read(reader, &key, self.stated)?;
                }
                Some(None) => {
                    reader.skip()?;
                }
                None => {
                    return Err(changed(reader.at(), format!("has a new key `{}`", shown(&key))));
                }
            }
        }
        for (last, values) in self.last.iter().zip(&mut self.values) {
            if *last != self.number {
                values.append_null();
            }
        }
        Ok(())
    }
}

/// The values of one place.
enum Values {
    Scalar(Column, Scalar),
    Text(StringBuilder),
    Array {
        element: Box<Values>,
        field: FieldRef,
        offsets: OffsetBufferBuilder<i32>,
        nulls: NullBufferBuilder,
    },
    Row {
        members: Members,
        fields: Fields,
        nulls: NullBufferBuilder,
    },
}

impl Values {
    fn new(kind: &Kind, stated: bool) -> Values {
        let nulls = NullBufferBuilder::new(0);
        match (kind, kind.arrow()) {
            (Kind::Scalar(scalar), _) if stated => Values::Scalar(Column::stated(*scalar), *scalar),
            (Kind::Scalar(scalar), _) => Values::Scalar(Column::new(*scalar), *scalar),
            (Kind::Array(element), DataType::List(field)) => {
                let element = Box::new(Values::new(element, stated));
                Values::Array { element, field, offsets: OffsetBufferBuilder::new(0), nulls }
            }
            (Kind::Row(columns), DataType::Struct(fields)) => {
                let all: Vec<usize> = (0..columns.len()).collect();
                Values::Row { members: Row::new(columns, stated, &all).members, fields, nulls }
            }
            _ => Values::Text(StringBuilder::new()),
        }
    }

    /// Reads the value of the key.
    fn read(&mut self, reader: &mut Reader<'_>, key: &str, stated: bool) -> Result<(), Wrong> {
        let next = reader.next()?;
        match (&mut *self, next) {
            (Values::Text(texts), next) if next != Next::Null => match next {
                Next::String => texts.append_value(reader.string()?),
                _ => texts.append_value(reader.skip()?),
            },
            (_, Next::Null) => {
                reader.null()?;
                self.append_null();
            }
            (Values::Scalar(column, scalar), next) => {
                let at = reader.at();
                let text = match (next, *scalar) {
                    (Next::String, Scalar::Varchar) => reader.string()?,
                    // Moments and money have no other place in JSON.
                    (Next::String, scalar) if stated && scalar.is_written_as_text() => {
                        reader.string()?
                    }
                    (Next::Boolean, Scalar::Boolean) => reader.skip()?.into(),
                    (Next::Number, scalar) if scalar.is_number() => reader.number()?.into(),
                    _ => return Err(other(reader, key, &scalar.arrow(), stated)),
                };
                if column.append(&text).is_none() {
                    return Err(not_of_type(at, key, &text, &scalar.arrow(), stated));
                }
            }
            (Values::Array { element, offsets, nulls, .. }, Next::Array) => {
                let (mut first, mut count) = (true, 0);
                reader.array()?;
                while reader.element(&mut first)? {
                    element.read(reader, key, stated)?;
                    count += 1;
                }
                offsets.push_length(count);
                nulls.append_non_null();
            }
            (Values::Row { members, nulls, .. }, Next::Object) => {
                members.read(reader)?;
                nulls.append_non_null();
            }
            (Values::Array { field, .. }, _) => {
                return Err(other(reader, key, &DataType::List(Arc::clone(field)), stated));
            }
            (Values::Row { fields, .. }, _) => {
                return Err(other(reader, key, &DataType::Struct(fields.clone()), stated));
            }
            (Values::Text(_), _) => return Err(other(reader, key, &DataType::Utf8, stated)),
        }
        Ok(())
    }

    fn append_null(&mut self) {
        match self {
            Values::Scalar(column, _) => column.append_null(),
            Values::Text(texts) => texts.append_null(),
            Values::Array { offsets, nulls, .. } => {
                offsets.push_length(0);
                nulls.append_null();
            }
            Values::Row { members, nulls, .. } => {
                members.values.iter_mut().for_each(Values::append_null);
                nulls.append_null();
            }
        }
    }

    /// The array of the values; they are empty then.
    fn finish(&mut self) -> ArrayRef {
        match self {
            Values::Scalar(column, _) => column.finish(),
            Values::Text(texts) => Arc::new(texts.finish()),
            Values::Array { element, field, offsets, nulls } => {
                let offsets = std::mem::replace(offsets, OffsetBufferBuilder::new(0)).finish();
                let field = Arc::clone(field);
                Arc::new(ListArray::new(field, offsets, element.finish(), nulls.finish()))
            }
            Values::Row { members, fields, nulls } => {
                let (length, nulls) = (nulls.len(), nulls.finish());
                let values: Vec<ArrayRef> = members.values.iter_mut().map(Values::finish).collect();
                Arc::new(match values.is_empty() {
                    true => StructArray::new_empty_fields(length, nulls),
                    false => StructArray::new(fields.clone(), values, nulls),
                })
            }
        }
    }
}

/// A value is of another kind.
#[cold]
fn other(reader: &mut Reader<'_>, key: &str, ty: &DataType, stated: bool) -> Wrong {
    let at = reader.at();
    match reader.skip() {
        Ok(text) => not_of_type(at, key, text, ty, stated),
        Err(malformed) => malformed.into(),
    }
}

#[cold]
fn not_of_type(at: usize, key: &str, value: &str, ty: &DataType, stated: bool) -> Wrong {
    let ty = types::column_name(ty);
    let what = format!("has `{}` for `{}`, which is not {ty}", shown(value), shown(key));
    if stated { Wrong::Other(at, what, OF_OTHER_TYPE) } else { changed(at, what) }
}

/// The file was written after its objects were looked at.
fn changed(at: usize, what: String) -> Wrong {
    Wrong::Other(at, what, "the file has changed while it was read; run the query again")
}
