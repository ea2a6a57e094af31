//! The columns of a table, from the columns of its files.
//!
//! Files grow apart: a column is added, another comes in another order or is spelled in
//! another case, and its type gets wider. The table has the columns of all files, of the
//! widest types.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use arrow_schema::{DataType, Field, FieldRef, Fields, Schema, SchemaRef};

use super::widen::wider;
use crate::error::{Error, ErrorKind, Result};
use crate::types::{column_name, column_type};

/// The columns of a table, called as queries call them, of the types that queries see.
///
/// A column is nullable unless every file has it and never NULL.
pub(crate) fn merge(files: &[(&Path, SchemaRef)]) -> Result<Schema> {
    let apart = told_apart(files);
    let mut merged: Vec<Merged<'_>> = Vec::new();
    let mut index: HashMap<String, usize> = HashMap::new();
    for (path, schema) in files {
        for field in schema.fields() {
            if field.name().is_empty() {
                return Err(Error::new(
                    ErrorKind::BrokenData,
                    format!("a column of `{}` has no name", path.display()),
                )
                .with_help("name every column of the file"));
            }
            let field = column(field);
            let lower = field.name().to_lowercase();
            let name = if apart.contains(&lower) { field.name().clone() } else { lower };
            match index.get(&name) {
                None => {
                    index.insert(name.clone(), merged.len());
                    merged.push(Merged { field: field.with_name(name), first: path, files: 1 });
                }
                Some(&i) => {
                    let known = &mut merged[i];
                    let ty = wider(known.field.data_type(), field.data_type())
                        .ok_or_else(|| differing(known, path, &field))?;
                    let nullable = known.field.is_nullable() || field.is_nullable();
                    known.field = Field::new(name, ty, nullable);
                    known.files += 1;
                }
            }
        }
    }
    let fields = merged.into_iter().map(|Merged { field, files: seen, .. }| {
        let nullable = field.is_nullable() || seen < files.len();
        let ty = valued(field.data_type());
        field.with_data_type(ty).with_nullable(nullable)
    });
    Ok(Schema::new(fields.collect::<Vec<_>>()))
}

/// A column of the files so far.
struct Merged<'a> {
    field: Field,
    /// The first file that has it.
    first: &'a Path,
    /// How many files have it.
    files: usize,
}

/// The names, in lower case, of which one file has several spellings: there, case tells
/// columns apart.
fn told_apart(files: &[(&Path, SchemaRef)]) -> HashSet<String> {
    let mut apart = HashSet::new();
    for (_, schema) in files {
        let mut seen = HashSet::with_capacity(schema.fields().len());
        for field in schema.fields() {
            let lower = field.name().to_lowercase();
            if seen.contains(&lower) {
                apart.insert(lower);
            } else {
                seen.insert(lower);
            }
        }
    }
    apart
}

/// For each column of a table the number of the file's column that it is read from.
pub(crate) fn matched(table: &Schema, file: &Fields) -> Vec<Option<usize>> {
    let exact: HashMap<&str, usize> =
        file.iter().enumerate().map(|(i, field)| (field.name().as_str(), i)).collect();
    let mut spellings: HashMap<String, Vec<usize>> = HashMap::with_capacity(file.len());
    for (i, field) in file.iter().enumerate() {
        spellings.entry(field.name().to_lowercase()).or_default().push(i);
    }
    let names: HashSet<&str> = table.fields().iter().map(|field| field.name().as_str()).collect();
    let of_column = |field: &FieldRef| {
        if let Some(i) = exact.get(field.name().as_str()) {
            return Some(*i);
        }
        match spellings.get(&field.name().to_lowercase()).map(Vec::as_slice) {
            // Where case tells columns apart it can be another one of the table.
            Some(&[i]) if !names.contains(file[i].name().as_str()) => Some(i),
            _ => None,
        }
    };
    table.fields().iter().map(of_column).collect()
}

/// An error unless all columns of a file are columns of the table, of types that the
/// table's hold.
pub(super) fn check(table: &Schema, path: &Path, file: &Schema) -> Result<()> {
    let mut known: Vec<Option<&FieldRef>> = vec![None; file.fields().len()];
    for (column, i) in table.fields().iter().zip(matched(table, file.fields())) {
        if let Some(i) = i {
            known[i] = Some(column);
        }
    }
    for (field, known) in file.fields().iter().zip(known) {
        let field = column(field);
        let Some(known) = known else {
            let message = format!(
                "`{}` has a column {} that the files that were looked at do not have",
                path.display(),
                field.name()
            );
            return Err(outgrown(path, message));
        };
        let held = wider(known.data_type(), field.data_type());
        if held.is_none_or(|ty| !ty.equals_datatype(known.data_type())) {
            let message = format!(
                "column {} is {} in `{}` and {} in the files that were looked at",
                known.name(),
                column_name(field.data_type()),
                path.display(),
                column_name(known.data_type())
            );
            return Err(outgrown(path, message));
        }
    }
    Ok(())
}

/// That a file has other columns than the files that the table's were taken from.
fn outgrown(path: &Path, message: String) -> Error {
    Error::new(ErrorKind::BrokenData, message)
        .at_path(path)
        .with_help("run the query again: all files are looked at then")
}

/// Columns of these names; of what types is not known yet.
pub(super) fn untyped<'a>(names: impl Iterator<Item = &'a String>) -> Schema {
    Schema::new(names.map(|name| Field::new(name, DataType::Null, true)).collect::<Vec<_>>())
}

/// The column as queries see it; one whose type lake SQL does not have stays as it is.
fn column(field: &Field) -> Field {
    let ty = column_type(field.data_type()).unwrap_or_else(|| field.data_type().clone());
    Field::new(field.name(), ty, field.is_nullable())
}

/// The type with another one for that of columns in which no row has a value: any
/// will do, and text is the one that fits later values.
fn valued(ty: &DataType) -> DataType {
    let inner = |field: &FieldRef| {
        Arc::new(field.as_ref().clone().with_data_type(valued(field.data_type())))
    };
    match ty {
        DataType::Null => DataType::Utf8,
        DataType::List(element) => DataType::List(inner(element)),
        DataType::Map(entries, sorted) => DataType::Map(inner(entries), *sorted),
        DataType::Struct(members) => DataType::Struct(members.iter().map(inner).collect()),
        ty => ty.clone(),
    }
}

#[cold]
fn differing(known: &Merged<'_>, path: &Path, field: &Field) -> Error {
    Error::new(
        ErrorKind::BrokenData,
        format!(
            "column {} is {} in `{}` and {} in `{}`",
            field.name(),
            column_name(known.field.data_type()),
            known.first.display(),
            column_name(field.data_type()),
            path.display()
        ),
    )
    .with_help("no type holds the values of both; write the files anew with columns of one type")
}

/// The names that queries use: in lower case, as with an engine that does not
/// regard case, but for columns that differ in nothing else.
pub(super) fn names(schema: &Schema) -> Vec<String> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for field in schema.fields() {
        *counts.entry(field.name().to_lowercase()).or_default() += 1;
    }
    let name = |field: &FieldRef| {
        let lower = field.name().to_lowercase();
        if counts.get(&lower) == Some(&1) { lower } else { field.name().clone() }
    };
    schema.fields().iter().map(name).collect()
}

#[cfg(test)]
mod tests {
    use arrow_schema::TimeUnit;

    use super::*;

    fn schema(columns: &[(&str, DataType, bool)]) -> SchemaRef {
        let field = |(name, ty, nullable): &(&str, DataType, bool)| {
            Field::new(*name, ty.clone(), *nullable)
        };
        Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()))
    }

    fn merged(files: &[SchemaRef]) -> Result<Schema> {
        let paths = [Path::new("a"), Path::new("b")];
        let files: Vec<_> = paths.iter().copied().zip(files.iter().cloned()).collect();
        merge(&files)
    }

    use DataType::*;

    #[test]
    fn types_become_canonical() {
        let zone = Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        let pairs = [
            (UInt8, Int16),
            (UInt16, Int32),
            (UInt32, Int64),
            (UInt64, Decimal128(20, 0)),
            (Float16, Float32),
            (Utf8View, Utf8),
            (LargeBinary, Binary),
            (FixedSizeBinary(16), Binary),
            (Dictionary(Box::new(Int32), Box::new(LargeUtf8)), Utf8),
            (Decimal32(9, 2), Decimal128(9, 2)),
            (Decimal256(38, 38), Decimal128(38, 38)),
            (Time32(TimeUnit::Second), Time64(TimeUnit::Nanosecond)),
            (Date64, Timestamp(TimeUnit::Millisecond, None)),
            (zone.clone(), zone),
            (
                LargeList(Arc::new(Field::new("element", Utf8View, false))),
                List(Arc::new(Field::new("element", Utf8, false))),
            ),
            // Not in lake SQL.
            (Decimal256(76, 2), Decimal256(76, 2)),
            (
                Union(arrow_schema::UnionFields::empty(), arrow_schema::UnionMode::Dense),
                Union(arrow_schema::UnionFields::empty(), arrow_schema::UnionMode::Dense),
            ),
        ];
        for (from, to) in pairs {
            let schema = merged(&[schema(&[("c", from, false)])]).unwrap();
            assert_eq!(*schema.field(0), Field::new("c", to, false));
        }
    }

    #[test]
    fn files_are_brought_together() {
        let a = schema(&[("x", Int64, false), ("y", Utf8, false)]);
        let b = schema(&[("y", LargeUtf8, true), ("x", Int64, false), ("z", Int32, false)]);
        let both = merged(&[a.clone(), b]).unwrap();
        assert_eq!(both, *schema(&[("x", Int64, false), ("y", Utf8, true), ("z", Int32, true)]));

        let c = schema(&[("x", Utf8, false)]);
        let error = merged(&[a, c]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "column x is bigint in `a` and varchar in `b`; no type holds the values of both; \
             write the files anew with columns of one type"
        );
        assert_eq!(error.kind(), ErrorKind::BrokenData);
    }

    #[test]
    fn names_are_lower_case_where_that_is_clear() {
        let schema = schema(&[
            ("Id", Int64, true),
            ("A", Int64, true),
            ("a", Int64, true),
            ("ÄB", Int64, true),
        ]);
        assert_eq!(names(&schema), ["id", "A", "a", "äb"]);
    }
}
