//! Tables of text: CSV, TSV and JSON, which state no types.
//!
//! The types of the columns are those that all values fit, in all rows of all
//! files; no value is cut. A column that some of the files do not have is NULL in those. To know them, the files are read once more, from their
//! beginning to their end, before the first query.

mod broken;
mod candidates;
mod column;
mod csv;
mod json;
mod layout;
mod scalar;
mod source;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::SchemaRef;
use datafusion::catalog::TableProvider;
use futures::{StreamExt, TryStreamExt};
use lakequery_types::{FileFormat, FileOptions, Type, same_name};

use super::batches::{Batches, Flow};
use super::columns::{matched, merge, untyped};
use super::partitions::Partitions;
use super::reader::Reader;
use super::scan::FilesTable;
use super::stated::{Stated, StatedColumn};
use super::walk::Files;
use crate::error::{Result, planning};
use crate::task::blocking;
use broken::Broken;
pub(super) use candidates::Scalar;
pub(super) use column::Column;
use csv::Dialect;
use layout::{Columns, Layout};
pub(super) use scalar::{Number, date};

/// Of a table of more files than this whose types are stated, no file is opened that no
/// query reads.
const MANY_FILES: usize = 1_000;

/// How many rows of a text come in a batch.
const ROWS_OF_A_BATCH: usize = 8_192;

/// How many files are looked at together.
const FILES_AT_ONCE: usize = 4;

/// The formats of texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextFormat {
    Csv,
    Json,
}

/// Opens the table of files. Where the types of all columns that are read are stated, no row
/// is looked at before; and else all of them. `all` where columns are wanted of which nothing is
/// stated, and the values are to be held against what is.
pub(super) async fn open(
    table: &str,
    format: FileFormat,
    files: &Files,
    partitions: Partitions,
    stated: Option<&Stated>,
    all: bool,
) -> Result<Arc<dyn TableProvider>> {
    let paths: Arc<[PathBuf]> = files.files.iter().map(|file| file.path.clone()).collect();
    let own =
        |column: &&StatedColumn| partitions.fields().find(&column.name.to_lowercase()).is_none();
    let own: Vec<_> = stated.iter().flat_map(|stated| stated.columns.iter().filter(own)).collect();
    let of = Of { table, paths: &paths, partitions: &partitions, stated: &own, all };
    let columns = match format {
        FileFormat::Json => json_columns(of).await?,
        _ => {
            let options = stated.map(|stated| &stated.options);
            let dialect = Dialect::of(format, options.unwrap_or(&FileOptions::default()));
            csv_columns(of, dialect).await?
        }
    };
    let layout = Layout { columns, stated: !own.is_empty() };
    if all && !own.is_empty() {
        hold(&paths, &layout, &own).await?;
    }
    Ok(Arc::new(FilesTable::new(paths, Arc::new(layout), partitions)))
}

/// The table whose columns are wanted.
#[derive(Clone, Copy)]
struct Of<'a> {
    table: &'a str,
    paths: &'a Arc<[PathBuf]>,
    partitions: &'a Partitions,
    /// What is stated of the files' own columns.
    stated: &'a [&'a StatedColumn],
    /// Whether other columns are wanted, too.
    all: bool,
}

async fn json_columns(of: Of<'_>) -> Result<Columns> {
    if let Some(known) = known_of_json(of.stated).filter(|_| !of.all) {
        return Ok(Columns::Json(known));
    }
    let mut all = json::Shape::default();
    for (path, shape) in of.paths.iter().zip(in_all(of.paths, json::infer).await?) {
        of.partitions.apart_from(of.table, path, &untyped(shape.names()))?;
        all.merge(shape);
    }
    Ok(json_of(&all, of.stated))
}

async fn csv_columns(of: Of<'_>, dialect: Dialect) -> Result<Columns> {
    let known = known_of_csv(of.stated).filter(|_| !of.all);
    let look = if known.is_some() { csv::names } else { csv::infer };
    if let Some(known) = known.filter(|_| of.paths.len() > MANY_FILES) {
        return Ok(Columns::Csv(known, dialect));
    }
    let of_file = dialect.clone();
    let files = in_all(of.paths, move |path: &Path| look(path, &of_file)).await?;
    for (path, file) in of.paths.iter().zip(&files) {
        of.partitions.apart_from(of.table, path, &untyped(file.names.iter()))?;
    }
    let paths: Vec<&Path> = of.paths.iter().map(PathBuf::as_path).collect();
    csv_of(&paths, &files, of.stated, dialect)
}

/// An error where a value is not of the type that is stated of its column.
async fn hold(paths: &Arc<[PathBuf]>, layout: &Layout, stated: &[&StatedColumn]) -> Result<()> {
    let schema = layout.schema();
    let is_stated = |i: &usize| type_of(stated, schema.field(*i).name()).is_some();
    let wanted: Vec<usize> = (0..schema.fields().len()).filter(is_stated).collect();
    let layout = layout.clone();
    let read = move |path: &Path| {
        let mut pass = |_, _| Flow::Continue(());
        let mut batches = Batches::new(ROWS_OF_A_BATCH, &mut pass);
        let input = source::open(path)?;
        layout.read_from(input, &wanted, &mut batches).map(|_| ())
    };
    in_all(paths, read).await.map(|_| ())
}

/// How the stated columns are read from JSON, where all of them can be.
fn known_of_json(stated: &[&StatedColumn]) -> Option<Vec<(String, json::Kind)>> {
    let kinds = stated.iter().map(|c| Some((c.name.clone(), json::Kind::of(&c.ty)?)));
    kinds.collect::<Option<Vec<_>>>().filter(|kinds| !kinds.is_empty())
}

/// How the stated columns are read from CSV, where all of them can be.
fn known_of_csv(stated: &[&StatedColumn]) -> Option<Vec<(String, Scalar)>> {
    let scalars = stated.iter().map(|c| Some((c.name.clone(), Scalar::of(&c.ty)?)));
    scalars.collect::<Option<Vec<_>>>().filter(|scalars| !scalars.is_empty())
}

/// The columns of objects, of the stated types where these are known.
fn json_of(shape: &json::Shape, stated: &[&StatedColumn]) -> Columns {
    let mut columns = shape.columns();
    for (name, kind) in &mut columns {
        if let Some(known) = type_of(stated, name).and_then(json::Kind::of) {
            *kind = known;
        }
    }
    Columns::Json(columns)
}

/// The columns of files of CSV, of the stated types where these are known.
fn csv_of(
    paths: &[&Path],
    files: &[csv::Inferred],
    stated: &[&StatedColumn],
    dialect: Dialect,
) -> Result<Columns> {
    let mut columns = all_columns(paths, files)?;
    for (name, scalar) in &mut columns {
        if let Some(known) = type_of(stated, name).and_then(Scalar::of) {
            *scalar = known;
        }
    }
    Ok(Columns::Csv(columns, dialect))
}

/// The columns and rows of a text that is no file, of a table of this name.
pub(crate) fn rows_of_text(
    name: &str,
    format: TextFormat,
    text: &str,
    stated: Option<&Stated>,
) -> Result<(SchemaRef, Vec<RecordBatch>)> {
    let path = Path::new(name);
    let stated: Vec<_> = stated.iter().flat_map(|stated| &stated.columns).collect();
    let broken = |broken: Broken| broken.in_file(path);
    let columns = match format {
        TextFormat::Json => match known_of_json(&stated) {
            Some(known) => Columns::Json(known),
            None => json_of(&json::infer_from(text.as_bytes()).map_err(broken)?, &stated),
        },
        TextFormat::Csv => {
            let dialect = Dialect::default();
            let file = csv::infer_from(text.as_bytes(), &dialect).map_err(broken)?;
            csv_of(&[path], &[file], &stated, dialect)?
        }
    };
    let layout = Layout { columns, stated: !stated.is_empty() };
    let schema = layout.schema();
    let wanted: Vec<usize> = (0..schema.fields().len()).collect();
    let (mut batches, mut wrong) = (Vec::new(), None);
    let mut send = |columns, rows| {
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        match RecordBatch::try_new_with_options(Arc::clone(&schema), columns, &options) {
            Ok(batch) => batches.push(batch),
            Err(error) => {
                wrong = Some(error);
                return Flow::Break(());
            }
        }
        Flow::Continue(())
    };
    let rows = &mut Batches::new(ROWS_OF_A_BATCH, &mut send);
    let _read = layout.read_from(text.as_bytes(), &wanted, rows).map_err(broken)?;
    match wrong {
        Some(error) => Err(planning(error.into())),
        None => Ok((schema, batches)),
    }
}

/// The type that is stated of a column.
fn type_of<'a>(stated: &[&'a StatedColumn], column: &str) -> Option<&'a Type> {
    stated.iter().find(|known| same_name(&known.name, column)).map(|known| &known.ty)
}

/// What a function finds in each of the files.
async fn in_all<T: Send + 'static>(
    paths: &Arc<[PathBuf]>,
    look: impl Fn(&Path) -> Result<T, Broken> + Send + Sync + 'static,
) -> Result<Vec<T>> {
    let look = Arc::new(look);
    let tasks = paths.iter().cloned().map(|path| {
        let look = Arc::clone(&look);
        blocking(move || look(&path).map_err(|broken| broken.in_file(&path)))
    });
    let tasks: Vec<_> = tasks.collect();
    futures::stream::iter(tasks).buffered(FILES_AT_ONCE).try_collect().await
}

/// The columns of all files, each of a type that its values in all of them fit.
fn all_columns(paths: &[&Path], files: &[csv::Inferred]) -> Result<Vec<(String, Scalar)>> {
    let schemas = files.iter().map(|file| Arc::new(untyped(file.names.iter())));
    let schemas: Vec<_> = paths.iter().copied().zip(schemas).collect();
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
