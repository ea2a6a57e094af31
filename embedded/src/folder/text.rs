//! Tables of text: CSV and JSON, which state no types.
//!
//! The types of the columns are those that all values fit, in all rows of all
//! files; no value is cut. A column that some of the files do not have is NULL in those. To know them, the files are read once more, from their
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
use lakequery_types::{Type, same_name};

use super::columns::{matched, merge, untyped};
use super::format::Format;
use super::partitions::Partitions;
use super::stated::Stated;
use super::walk::Files;
use crate::error::Result;
use crate::task::blocking;
use broken::Broken;
pub(super) use candidates::Scalar;
pub(super) use column::Column;
use layout::{Columns, Layout};
pub(super) use scalar::{Number, date};

/// Of a table of more files than this whose types are stated, no file is opened that no
/// query reads.
const MANY_FILES: usize = 1_000;

/// How many files are looked at together.
const FILES_AT_ONCE: usize = 4;

/// Opens the table of files. Where the types of all columns that are read are stated, no row
/// is looked at before; and else all of them.
pub(super) async fn open(
    table: &str,
    files: &Files,
    partitions: Partitions,
    stated: Option<&Stated>,
) -> Result<Arc<dyn TableProvider>> {
    let paths: Arc<[PathBuf]> = files.files.iter().map(|file| file.path.clone()).collect();
    let own =
        |(name, _): &&(String, Type)| partitions.fields().find(&name.to_lowercase()).is_none();
    let own: Vec<_> = stated.iter().flat_map(|stated| stated.columns.iter().filter(own)).collect();
    let columns = match files.format {
        Some(Format::Json) => json_columns(table, &paths, &partitions, &own).await?,
        _ => csv_columns(table, &paths, &partitions, &own).await?,
    };
    let layout = Layout { columns, stated: !own.is_empty() };
    Ok(Arc::new(scan::TextTable::new(paths, layout, partitions)))
}

async fn json_columns(
    table: &str,
    paths: &Arc<[PathBuf]>,
    partitions: &Partitions,
    stated: &[&(String, Type)],
) -> Result<Columns> {
    let kinds = stated.iter().map(|(name, ty)| Some((name.clone(), json::Kind::of(ty)?)));
    if let Some(kinds @ [_, ..]) = kinds.collect::<Option<Vec<_>>>().as_deref() {
        return Ok(Columns::Json(kinds.to_vec()));
    }
    let mut all = json::Shape::default();
    for (path, shape) in paths.iter().zip(in_all(paths, json::infer).await?) {
        partitions.apart_from(table, path, &untyped(shape.names()))?;
        all.merge(shape);
    }
    let mut columns = all.columns();
    for (name, kind) in &mut columns {
        if let Some(known) = type_of(stated, name).and_then(json::Kind::of) {
            *kind = known;
        }
    }
    Ok(Columns::Json(columns))
}

async fn csv_columns(
    table: &str,
    paths: &Arc<[PathBuf]>,
    partitions: &Partitions,
    stated: &[&(String, Type)],
) -> Result<Columns> {
    let known: Option<Vec<_>> =
        stated.iter().map(|(name, ty)| Some((name.clone(), Scalar::of(ty)?))).collect();
    let is_known = known.as_ref().is_some_and(|known| !known.is_empty());
    if let Some(known) = known.filter(|_| is_known && paths.len() > MANY_FILES) {
        return Ok(Columns::Csv(known));
    }
    let look = if is_known { csv::names } else { csv::infer };
    let files = in_all(paths, look).await?;
    for (path, file) in paths.iter().zip(&files) {
        partitions.apart_from(table, path, &untyped(file.names.iter()))?;
    }
    let mut columns = all_columns(paths, &files)?;
    for (name, scalar) in &mut columns {
        if let Some(known) = type_of(stated, name).and_then(Scalar::of) {
            *scalar = known;
        }
    }
    Ok(Columns::Csv(columns))
}

/// The type that is stated of a column.
fn type_of<'a>(stated: &[&'a (String, Type)], column: &str) -> Option<&'a Type> {
    stated.iter().find(|(name, _)| same_name(name, column)).map(|(_, ty)| ty)
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

/// The columns of all files, each of a type that its values in all of them fit.
fn all_columns(paths: &[PathBuf], files: &[csv::Inferred]) -> Result<Vec<(String, Scalar)>> {
    let schemas = files.iter().map(|file| Arc::new(untyped(file.names.iter())));
    let schemas: Vec<_> = paths.iter().map(PathBuf::as_path).zip(schemas).collect();
    let table = merge(&schemas)?;
    let mut columns = vec![candidates::Candidates::new(); table.fields().len()];
    for (file, (_, schema)) in files.iter().zip(&schemas) {
        for (column, i) in columns.iter_mut().zip(matched(&table, schema.fields())) {
            if let Some(i) = i {
                column.merge(&file.columns[i]);
            }
        }
    }
    let named = table.fields().iter().map(|field| field.name().clone());
    Ok(named.zip(columns.iter().map(candidates::Candidates::resolve)).collect())
}
