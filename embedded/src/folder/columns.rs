//! The columns of a table, from the columns of its files.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use arrow_schema::{DataType, Field, FieldRef, Schema, SchemaRef};

use crate::error::{Error, ErrorKind, Result};
use crate::types::{column_name, column_type};

/// The columns of a table as its files name them, with the types that queries see.
///
/// A column is nullable unless every file has it and never NULL.
pub(super) fn merge(files: &[(&Path, SchemaRef)]) -> Result<Schema> {
    let mut merged: Vec<Field> = Vec::new();
    let mut index: HashMap<String, usize> = HashMap::new();
    let mut seen: Vec<usize> = Vec::new();
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
            match index.get(field.name()) {
                None => {
                    index.insert(field.name().clone(), merged.len());
                    seen.push(1);
                    merged.push(field);
                }
                Some(&i) => {
                    let known = &merged[i];
                    let ty = unify(known.data_type(), field.data_type())
                        .ok_or_else(|| differing(files, path, known, &field))?;
                    let nullable = known.is_nullable() || field.is_nullable();
                    merged[i] = Field::new(known.name(), ty, nullable);
                    seen[i] += 1;
                }
            }
        }
    }
    let fields = merged.into_iter().zip(seen).map(|(field, seen)| {
        let nullable = field.is_nullable() || seen < files.len();
        Field::new(field.name(), valued(field.data_type()), nullable)
    });
    Ok(Schema::new(fields.collect::<Vec<_>>()))
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

/// The type that the columns of two files have in common.
fn unify(a: &DataType, b: &DataType) -> Option<DataType> {
    match (a, b) {
        (a, b) if let Some(ty) = same(a, b) => Some(ty),
        (DataType::Null, other) | (other, DataType::Null) => Some(other.clone()),
        _ => None,
    }
}

/// The type of both, where they differ in nothing but what can be NULL inside.
fn same(a: &DataType, b: &DataType) -> Option<DataType> {
    let field = |a: &Arc<Field>, b: &Arc<Field>| {
        let ty = same(a.data_type(), b.data_type())?;
        Some(Arc::new(Field::new(a.name(), ty, a.is_nullable() || b.is_nullable())))
    };
    match (a, b) {
        (DataType::List(a), DataType::List(b)) => Some(DataType::List(field(a, b)?)),
        (DataType::Map(a, sorted), DataType::Map(b, _)) => {
            Some(DataType::Map(field(a, b)?, *sorted))
        }
        (DataType::Struct(a), DataType::Struct(b)) if a.len() == b.len() => {
            let members = a.iter().zip(b).map(|(a, b)| field(a, b));
            Some(DataType::Struct(members.collect::<Option<_>>()?))
        }
        (a, b) => a.equals_datatype(b).then(|| a.clone()),
    }
}

#[cold]
fn differing(files: &[(&Path, SchemaRef)], path: &Path, known: &Field, field: &Field) -> Error {
    let has = |schema: &SchemaRef| schema.column_with_name(known.name()).is_some();
    let first = files.iter().find(|(_, schema)| has(schema)).map_or(path, |(path, _)| path);
    Error::new(
        ErrorKind::BrokenData,
        format!(
            "column {} is {} in `{}` and {} in `{}`",
            known.name(),
            column_name(known.data_type()),
            first.display(),
            column_name(field.data_type()),
            path.display()
        ),
    )
    .with_help("the files of a table need columns of the same types")
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
            "column x is bigint in `a` and varchar in `b`; the files of a table need columns of the same types"
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
