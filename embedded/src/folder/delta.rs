//! Tables of Delta Lake, read by the project's own kernel: the log says which files belong to a
//! table, which of their rows were deleted, what its columns are called in the files, and what
//! values the partitions have.
//!
//! What a table needs and the kernel can't do is an error of the kernel, that names it.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, Schema, SchemaRef};
use datafusion::catalog::TableProvider;
use delta_kernel::engine::arrow_conversion::TryIntoArrow;
use delta_kernel::engine::arrow_data::EngineDataArrowExt;
use delta_kernel::object_store::{self, local::LocalFileSystem};
use delta_kernel::{Engine, KernelError, Snapshot, SnapshotRef};
use delta_kernel_default_engine::DefaultEngine;
use url::Url;

use super::batches::{Batches, Flow};
use super::columns::merge;
use super::entries::unreadable;
use super::partitions::Partitions;
use super::reader::Reader;
use super::scan::FilesTable;
use super::walk::Files;
use super::widen::widened;
use crate::error::{Error, ErrorKind, Result};
use crate::task::blocking;

/// Opens the table in a folder, as it is in its latest version.
pub(super) async fn open(name: &str, folder: &Path) -> Result<Arc<dyn TableProvider>> {
    let path = folder.to_owned();
    let reader = blocking(move || DeltaReader::open(&path)).await?;
    // To the plan it is one file: the kernel lists those that belong to it.
    let none = Files { format: None, log: None, keys: Vec::new(), files: Vec::new() };
    let partitions = Partitions::of(name, &none, None)?;
    let paths = Arc::new([folder.to_owned()]);
    Ok(Arc::new(FilesTable::new(paths, Arc::new(reader), partitions)))
}

/// A table at one of its versions.
struct DeltaReader {
    snapshot: SnapshotRef,
    engine: Arc<dyn Engine>,
    columns: SchemaRef,
}

impl fmt::Debug for DeltaReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeltaReader").field("version", &self.snapshot.version()).finish()
    }
}

impl DeltaReader {
    fn open(folder: &Path) -> Result<DeltaReader> {
        let url = Url::from_directory_path(folder)
            .map_err(|()| broken(folder, "its path is not absolute".to_owned()))?;
        check(folder)?;
        let engine: Arc<dyn Engine> =
            Arc::new(DefaultEngine::builder(Arc::new(LocalFileSystem::new())).build());
        let snapshot = Snapshot::builder_for(url.as_str())
            .build(engine.as_ref())
            .map_err(|error| of_kernel(folder, error))?;
        let columns: Schema = snapshot
            .schema()
            .as_ref()
            .try_into_arrow()
            .map_err(|error: ArrowError| broken(folder, error.to_string()))?;
        let columns = Arc::new(merge(&[(folder, Arc::new(columns))])?);
        Ok(DeltaReader { snapshot, engine, columns })
    }

    fn rows(
        &self,
        wanted: &[usize],
        batches: &mut Batches<'_>,
    ) -> std::result::Result<Flow, KernelError> {
        let all = self.snapshot.schema();
        // Rows are counted by a column.
        let read: &[usize] = if wanted.is_empty() { &[0] } else { wanted };
        let names = all.fields().enumerate().filter(|(i, _)| read.contains(i));
        let names: Vec<&str> = names.map(|(_, field)| field.name().as_str()).collect();
        let scan = Arc::clone(&self.snapshot).scan_builder();
        let scan = scan.with_schema(all.project(&names)?).build()?;
        for data in scan.execute(Arc::clone(&self.engine))? {
            let batch = data.try_into_record_batch()?;
            let column = |i: &usize| self.column(*i, &all, &batch);
            let columns = wanted.iter().map(column).collect::<std::result::Result<_, _>>()?;
            if batches.send(columns, batch.num_rows()).is_break() {
                return Ok(Flow::Break(()));
            }
        }
        Ok(Flow::Continue(()))
    }

    /// A column of the table, out of a batch that has it.
    fn column(
        &self,
        i: usize,
        all: &delta_kernel::schema::SchemaRef,
        batch: &RecordBatch,
    ) -> std::result::Result<ArrayRef, KernelError> {
        let name = all.fields().nth(i).map(|field| field.name().as_str()).unwrap_or_default();
        let array = batch
            .column_by_name(name)
            .ok_or_else(|| KernelError::MissingColumn(name.to_owned()))?;
        Ok(widened(array, self.columns.field(i).data_type())?)
    }
}

impl Reader for DeltaReader {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.columns)
    }

    fn read(&self, folder: &Path, wanted: &[usize], batches: &mut Batches<'_>) -> Result<Flow> {
        self.rows(wanted, batches).map_err(|error| of_kernel(folder, error))
    }
}

/// An error where the log has lost its beginning, which the kernel takes for a log that begins
/// later: it does so only behind a checkpoint.
fn check(folder: &Path) -> Result<()> {
    let log = folder.join("_delta_log");
    let names = std::fs::read_dir(&log)
        .and_then(|entries| {
            entries.map(|entry| Ok(entry?.file_name())).collect::<std::io::Result<Vec<_>>>()
        })
        .map_err(|error| unreadable(&log, error))?;
    let names = names.iter().filter_map(|name| name.to_str());
    if names.clone().any(|name| name.contains(".checkpoint")) {
        return Ok(());
    }
    let commits = names.filter_map(|name| name.strip_suffix(".json")?.parse::<u64>().ok());
    match commits.min() {
        Some(first @ 1..) => Err(broken(
            folder,
            format!("its log begins with version {first}, without a checkpoint"),
        )),
        _ => Ok(()),
    }
}

/// That the kernel can't read the table.
fn of_kernel(folder: &Path, error: KernelError) -> Error {
    if let Some(file) = gone(&error) {
        let message = format!(
            "the log of the Delta Lake table `{}` names a file that does not exist: {file}",
            folder.display()
        );
        return Error::new(ErrorKind::BrokenData, message)
            .at_path(folder)
            .with_help("restore the file, or repair the table where it is written")
            .caused_by(error);
    }
    match error.without_backtrace() {
        KernelError::Unsupported(what) => {
            let message = format!(
                "`{}` is a table of Delta Lake with what its reader does not support: {what}",
                folder.display()
            );
            Error::new(ErrorKind::Unsupported, message)
                .at_path(folder)
                .with_help("query it on an engine that reads it, or export it as Parquet files")
        }
        inner => broken(folder, inner.to_string()),
    }
    .caused_by(error)
}

/// The file that an error says does not exist, at any depth of its causes.
fn gone(error: &KernelError) -> Option<String> {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error.without_backtrace());
    while let Some(found) = cause {
        if let Some(KernelError::FileNotFound(file)) = found.downcast_ref() {
            return Some(file.clone());
        }
        if let Some(object_store::Error::NotFound { path, .. }) = found.downcast_ref() {
            return Some(path.clone());
        }
        cause = found.source();
    }
    None
}

fn broken(folder: &Path, text: String) -> Error {
    let message = format!("the Delta Lake table `{}` can't be read: {text}", folder.display());
    Error::new(ErrorKind::BrokenData, message)
        .at_path(folder)
        .with_help("see whether all files of its `_delta_log` were copied, and are whole")
}
