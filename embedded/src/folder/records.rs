//! Tables of ORC and Avro files, which state their types and are read by crates of their own.
//!
//! All files are looked at for their columns, of which the table has the widest types, as of
//! Parquet. A file that these crates can't read is an error that names it, also where they panic.

mod avro;
mod orc;
mod rows;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, new_null_array};
use arrow_schema::{ArrowError, SchemaRef};
use datafusion::catalog::TableProvider;
use futures::{StreamExt, TryStreamExt};
use lakequery_types::FileFormat;

use super::batches::{Batches, Flow};
use super::columns::{matched, merge};
use super::partitions::Partitions;
use super::reader::Reader;
use super::scan::FilesTable;
use super::stated::Stated;
use super::walk::Files;
use super::widen::widened;
use crate::error::{Result, unreadable};
use crate::task::blocking;
use rows::{Fault, Rows};

/// How many files are looked at together.
const FILES_AT_ONCE: usize = 4;

/// Opens the table of files; every one is looked at.
pub(super) async fn open(
    table: &str,
    format: FileFormat,
    files: &Files,
    partitions: Partitions,
    stated: Option<&Stated>,
) -> Result<Arc<dyn TableProvider>> {
    let paths: Arc<[PathBuf]> = files.files.iter().map(|file| file.path.clone()).collect();
    let looks = paths.iter().cloned().map(|path| blocking(move || schema(format, &path)));
    let looks: Vec<_> = looks.collect();
    let found: Vec<SchemaRef> =
        futures::stream::iter(looks).buffered(FILES_AT_ONCE).try_collect().await?;
    for (path, columns) in paths.iter().zip(&found) {
        partitions.apart_from(table, path, columns)?;
    }
    let columns: Vec<_> = paths.iter().map(PathBuf::as_path).zip(found).collect();
    let merged = merge(&columns)?;
    let columns = Arc::new(stated.map(|stated| stated.grown(&merged)).unwrap_or(merged));
    let reader = Arc::new(Records { format, columns });
    Ok(Arc::new(FilesTable::new(Arc::clone(&paths), reader, partitions)))
}

/// What reads files of a format as the columns of a table.
#[derive(Debug)]
struct Records {
    format: FileFormat,
    columns: SchemaRef,
}

impl Reader for Records {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.columns)
    }

    fn read(&self, path: &Path, wanted: &[usize], batches: &mut Batches<'_>) -> Result<Flow> {
        let file = schema(self.format, path)?;
        let places = matched(&self.columns, file.fields());
        let mut names: Vec<&str> = Vec::with_capacity(wanted.len());
        names.extend(
            wanted.iter().filter_map(|i| places[*i]).map(|i| file.field(i).name().as_str()),
        );
        if names.is_empty() {
            // Rows are counted by a column.
            names.extend(file.fields().first().map(|field| field.name().as_str()));
        }
        let size = batches.rows();
        guarded(path, || {
            for batch in rows(self.format, path, &names, size)? {
                let batch = batch?;
                let column = |i: &usize| self.column(*i, places[*i], &file, &batch);
                let columns = wanted.iter().map(column).collect::<Result<_, ArrowError>>()?;
                if batches.send(columns, batch.num_rows()).is_break() {
                    return Ok(Flow::Break(()));
                }
            }
            Ok(Flow::Continue(()))
        })
    }
}

impl Records {
    /// A column of the table, out of a batch that has the file's of a number.
    fn column(
        &self,
        column: usize,
        place: Option<usize>,
        file: &SchemaRef,
        batch: &RecordBatch,
    ) -> Result<ArrayRef, ArrowError> {
        let ty = self.columns.field(column).data_type();
        let Some(place) = place else { return Ok(new_null_array(ty, batch.num_rows())) };
        let name = file.field(place).name();
        let array = batch.column_by_name(name).ok_or_else(|| {
            ArrowError::SchemaError(format!("column {name} did not come with its rows"))
        })?;
        widened(array, ty)
    }
}

/// The columns that a file has.
fn schema(format: FileFormat, path: &Path) -> Result<SchemaRef> {
    guarded(path, || match format {
        FileFormat::Avro => avro::schema(path),
        _ => orc::schema(path),
    })
}

/// The rows of a file, of the columns of these names.
fn rows(format: FileFormat, path: &Path, names: &[&str], size: usize) -> Result<Rows, Fault> {
    match format {
        FileFormat::Avro => avro::rows(path, names, size),
        _ => orc::rows(path, names, size),
    }
}

/// What is read of a file; an error names it.
fn guarded<T>(path: &Path, read: impl FnOnce() -> Result<T, Fault>) -> Result<T> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(unreadable(path, &error.to_string())),
        Err(_) => Err(unreadable(path, "its data are damaged")),
    }
}
