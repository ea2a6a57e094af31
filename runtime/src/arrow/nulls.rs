//! That no NULL comes where a query was compiled for none, in a column or in what
//! is in it.

use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch};
use lakequery_types::{Column, Item, Type};

use crate::error::{Error, Kind, Result};

/// Holds a batch against the columns that its query was compiled for.
pub(crate) fn check(columns: &[Column<'_>], batch: &RecordBatch) -> Result<()> {
    for (column, array) in columns.iter().zip(batch.columns()) {
        if !column.nullable && array.logical_null_count() > 0 {
            return Err(unexpected(column.name, "the column is NULL in a row"));
        }
        if !is_kept_inside(&column.ty, &**array, None) {
            let name = named(column.name);
            let message = format!(
                "column {name} was compiled as {}, but there is a NULL where that is not null",
                column.ty
            );
            return Err(Error::new(Kind::UnexpectedNull, message)
                .help("refresh the snapshots with `cargo lake refresh` and build again"));
        }
    }
    Ok(())
}

/// The error of a column that is NULL.
pub(crate) fn unexpected(column: &str, message: &str) -> Error {
    Error::new(
        Kind::UnexpectedNull,
        format!("column {} was compiled as never NULL, but {message}", named(column)),
    )
    .help("refresh the snapshots with `cargo lake refresh`, or read the column into an `Option`")
}

fn named(column: &str) -> &str {
    if column.is_empty() { "of the result" } else { column }
}

/// Which of an array's places hold a value of the result; all of them where it is
/// `None`. The others belong to what is NULL as a whole, and may hold anything.
type Live = Option<Vec<bool>>;

/// Whether what the type says is never NULL, inside of its values, is there.
fn is_kept_inside(ty: &Type, array: &dyn Array, live: Live) -> bool {
    match ty {
        _ if !says_not_null(ty) => true,
        Type::Array(element) => array.as_list_opt::<i32>().is_none_or(|list| {
            let values = list.values();
            is_kept(element, &**values, inside(list, list.value_offsets(), values.len(), live))
        }),
        Type::Map(key, value) => array.as_map_opt().is_none_or(|map| {
            let (keys, values) = (map.keys(), map.values());
            let live = inside(map, map.value_offsets(), values.len(), live);
            is_kept_inside(key, &**keys, live.clone()) && is_kept(value, &**values, live)
        }),
        Type::Row(fields) => array.as_struct_opt().is_none_or(|row| {
            let live = of_rows(row, live);
            fields.iter().zip(row.columns()).all(|(field, column)| {
                let item = Item { ty: field.ty.clone(), nullable: field.nullable };
                is_kept(&item, &**column, live.clone())
            })
        }),
        _ => true,
    }
}

fn is_kept(item: &Item, array: &dyn Array, live: Live) -> bool {
    let broken = !item.nullable
        && array.logical_nulls().is_some_and(|nulls| match &live {
            None => nulls.null_count() > 0,
            Some(live) => live.iter().enumerate().any(|(i, live)| *live && nulls.is_null(i)),
        });
    !broken && is_kept_inside(&item.ty, array, live)
}

/// Whether the type says of anything inside that it is never NULL.
fn says_not_null(ty: &Type) -> bool {
    match ty {
        Type::Array(element) => !element.nullable || says_not_null(&element.ty),
        Type::Map(key, value) => !value.nullable || says_not_null(key) || says_not_null(&value.ty),
        Type::Row(fields) => fields.iter().any(|field| !field.nullable || says_not_null(&field.ty)),
        _ => false,
    }
}

/// The places that are live and not NULL.
fn of_rows(array: &dyn Array, live: Live) -> Live {
    let Some(nulls) = array.nulls().filter(|nulls| nulls.null_count() > 0) else { return live };
    let is_live = |i: usize| live.as_ref().is_none_or(|live| live[i]);
    Some((0..array.len()).map(|i| is_live(i) && nulls.is_valid(i)).collect())
}

/// The places of what is in lists, of which each has those between two offsets.
fn inside(lists: &dyn Array, offsets: &[i32], count: usize, live: Live) -> Live {
    let live = of_rows(lists, live);
    let place = |offset: i32| usize::try_from(offset).unwrap_or(count).min(count);
    let mut inside = vec![false; count];
    for (i, ends) in offsets.windows(2).enumerate() {
        if live.as_ref().is_none_or(|live| live[i]) {
            inside[place(ends[0])..place(ends[1])].fill(true);
        }
    }
    Some(inside)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::builder::{Int32Builder, ListBuilder, MapBuilder, StringBuilder};
    use arrow_array::{ArrayRef, Int32Array, StructArray};
    use arrow_schema::{DataType, Field};

    use super::*;

    fn kept(ty: &str, array: ArrayRef) -> bool {
        let column = Column { name: "a", ty: Type::parse(ty).unwrap(), nullable: true };
        let batch = RecordBatch::try_from_iter([("a", array)]).unwrap();
        let outcome = check(&[column], &batch);
        assert!(outcome.as_ref().err().is_none_or(Error::is_unexpected_null), "{outcome:?}");
        outcome.is_ok()
    }

    fn list(rows: &[Option<&[Option<i32>]>]) -> ArrayRef {
        let mut builder = ListBuilder::new(Int32Builder::new());
        for row in rows {
            builder.append_option(row.map(|row| row.iter().copied()));
        }
        Arc::new(builder.finish())
    }

    #[test]
    fn elements_are_held_against_the_type() {
        let with = list(&[Some(&[Some(1)]), None, Some(&[]), Some(&[Some(2), None])]);
        let without = list(&[Some(&[Some(1)]), None, Some(&[]), Some(&[Some(2)])]);
        assert!(kept("array(integer)", Arc::clone(&with)));
        assert!(!kept("array(integer not null)", Arc::clone(&with)));
        assert!(kept("array(integer not null)", without));
        // What is not in the batch does not count.
        assert!(kept("array(integer not null)", with.slice(0, 3)));
    }

    #[test]
    fn values_of_maps_are_held_against_the_type() {
        let map = |value: Option<i32>| -> ArrayRef {
            let mut builder = MapBuilder::new(None, StringBuilder::new(), Int32Builder::new());
            builder.keys().append_value("k");
            builder.values().append_option(value);
            builder.append(true).unwrap();
            Arc::new(builder.finish())
        };
        assert!(kept("map(varchar,integer not null)", map(Some(1))));
        assert!(!kept("map(varchar,integer not null)", map(None)));
        assert!(kept("map(varchar,integer)", map(None)));
    }

    #[test]
    fn fields_are_held_against_the_type() {
        let row = |numbers: Vec<Option<i32>>, there: Option<Vec<bool>>| -> ArrayRef {
            let field = Arc::new(Field::new("x", DataType::Int32, true));
            let column: ArrayRef = Arc::new(Int32Array::from(numbers));
            Arc::new(StructArray::new(vec![field].into(), vec![column], there.map(Into::into)))
        };
        let ty = "row(\"x\" integer not null)";
        assert!(kept(ty, row(vec![Some(1), Some(2)], None)));
        assert!(!kept(ty, row(vec![Some(1), None], None)));
        // The row itself is NULL.
        assert!(kept(ty, row(vec![Some(1), None], Some(vec![true, false]))));
        assert!(!kept(ty, row(vec![None, None], Some(vec![true, false]))));
        assert!(kept("row(\"x\" integer)", row(vec![None], None)));
    }
}
