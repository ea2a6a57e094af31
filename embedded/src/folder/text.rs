//! Tables of text: CSV and JSON, which state no types.
//!
//! The types of the columns are those that all values fit, in all rows of all
//! files; no value is cut. To know them, the files are read once more, from their
//! beginning to their end, before the first query.

mod batches;
mod broken;
mod candidates;
mod column;
mod csv;
mod json;
mod layout;
mod scalar;
mod scan;
mod source;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use futures::{StreamExt, TryStreamExt};

use super::format::Format;
use super::places::Files;
use crate::error::{Error, ErrorKind, Result};
use crate::task::blocking;
use broken::Broken;
use candidates::Scalar;
use layout::Layout;

/// How many files are looked at together.
const FILES_AT_ONCE: usize = 4;

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
    let tasks = paths
        .iter()
        .cloned()
        .map(|path| blocking(move || look(&path).map_err(|broken| broken.in_file(&path))));
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
            .with_help("the CSV files of a table need the same first line"));
        }
        for (column, other) in all.columns.iter_mut().zip(&file.columns) {
            column.merge(other);
        }
    }
    let types = all.columns.iter().map(candidates::Candidates::resolve);
    Ok(all.names.into_iter().zip(types).collect())
}
