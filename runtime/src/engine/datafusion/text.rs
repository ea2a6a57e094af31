//! Tables of text: CSV and JSON, which state no types.
//!
//! The types of the columns are those that all values fit, in all rows of all
//! files; no value is cut. To know them, the files are read once more, from their
//! beginning to their end, before the first query.

mod broken;
mod candidates;
mod column;
mod csv;
mod json;
mod scalar;
mod scan;
mod source;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_schema::{Field, Schema, SchemaRef};
use datafusion::catalog::TableProvider;
use futures::{StreamExt, TryStreamExt};

use super::columns::names;
use super::files::{Files, Format};
use crate::error::{Error, Kind as ErrorKind, Result};
use crate::task::{Task, runtime};
use broken::Broken;
use candidates::Scalar;

/// How many files are looked at together.
const FILES_AT_ONCE: usize = 4;

/// Whether more rows are wanted.
type Flow = ControlFlow<()>;

/// The way of rows out of a file.
struct Batches<'a> {
    rows: usize,
    send: &'a mut dyn FnMut(Vec<ArrayRef>, usize) -> Flow,
}

impl<'a> Batches<'a> {
    /// Of so many rows each.
    fn new(rows: usize, send: &'a mut dyn FnMut(Vec<ArrayRef>, usize) -> Flow) -> Batches<'a> {
        Batches { rows, send }
    }

    fn rows(&self) -> usize {
        self.rows
    }

    /// Hands on the columns of so many rows.
    fn send(&mut self, columns: Vec<ArrayRef>, rows: usize) -> Flow {
        if rows == 0 { Flow::Continue(()) } else { (self.send)(columns, rows) }
    }
}

/// How the files of a table are read.
#[derive(Clone, Debug)]
enum Layout {
    Csv(Vec<(String, Scalar)>),
    Json(Vec<(String, json::Kind)>),
}

impl Layout {
    /// The columns, with the names that queries use; every one can be NULL.
    fn schema(&self) -> SchemaRef {
        let fields: Vec<Field> = match self {
            Layout::Csv(columns) => {
                columns.iter().map(|(name, ty)| Field::new(name, ty.arrow(), true)).collect()
            }
            Layout::Json(columns) => {
                columns.iter().map(|(name, kind)| Field::new(name, kind.arrow(), true)).collect()
            }
        };
        let names = names(&Schema::new(fields.clone()));
        let renamed = fields.into_iter().zip(names).map(|(field, name)| field.with_name(name));
        Arc::new(Schema::new(renamed.collect::<Vec<_>>()))
    }

    /// Reads a file's columns of these numbers.
    fn read(&self, path: &Path, wanted: &[usize], batches: &mut Batches<'_>) -> Result<Flow> {
        let read = match self {
            Layout::Csv(columns) => csv::read(path, columns, wanted, batches),
            Layout::Json(columns) => json::read(path, columns, wanted, batches),
        };
        read.map_err(|broken| broken.in_file(path))
    }
}

/// Opens the table of files, after a look at all of their rows.
pub(super) async fn open(files: &Files) -> Result<Arc<dyn TableProvider>> {
    let paths: Arc<[PathBuf]> = files.files.iter().map(|file| file.path.clone()).collect();
    let layout = match files.format {
        Format::Json => {
            let mut all = json::Shape::default();
            for shape in in_all(&paths, json::infer).await? {
                all.merge(shape);
            }
            Layout::Json(all.columns())
        }
        _ => Layout::Csv(same_columns(&paths, in_all(&paths, csv::infer).await?)?),
    };
    Ok(Arc::new(scan::TextTable::new(paths, layout)))
}

/// What a function finds in each of the files.
async fn in_all<T: Send + 'static>(
    paths: &Arc<[PathBuf]>,
    look: fn(&Path) -> Result<T, Broken>,
) -> Result<Vec<T>> {
    let runtime = runtime()?;
    let tasks = paths.iter().map(|path| {
        let (path, runtime) = (path.clone(), runtime.clone());
        async move {
            let look = move || look(&path).map_err(|broken| broken.in_file(&path));
            Task::blocking(&runtime, look).end().await
        }
    });
    let tasks: Vec<_> = tasks.collect();
    futures::stream::iter(tasks).buffered(FILES_AT_ONCE).try_collect().await
}

/// The columns of CSV are matched by position, so that they must be the same in all files.
fn same_columns(paths: &[PathBuf], files: Vec<csv::Inferred>) -> Result<Vec<(String, Scalar)>> {
    let mut files = paths.iter().zip(files);
    let Some((first, mut all)) = files.next() else { return Ok(Vec::new()) };
    for (path, file) in files {
        if file.names != all.names {
            return Err(Error::new(
                ErrorKind::BrokenData,
                format!(
                    "`{}` and `{}` do not have the same columns",
                    first.display(),
                    path.display()
                ),
            )
            .help("the CSV files of a table need the same first line"));
        }
        for (column, other) in all.columns.iter_mut().zip(&file.columns) {
            column.merge(other);
        }
    }
    let types = all.columns.iter().map(candidates::Candidates::resolve);
    Ok(all.names.into_iter().zip(types).collect())
}
