//! Tables: opened when a query names them, and again when their files have changed.

use std::collections::HashMap;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use arrow_schema::{Schema, SchemaRef};
use datafusion::common::{Column, DataFusionError};
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::listing::{
    ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl,
};
use datafusion::datasource::physical_plan::parquet::metadata::DFParquetMetadata;
use datafusion::datasource::{ViewTable, provider_as_source};
use datafusion::execution::SessionState;
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, TableSource};
use datafusion::object_store::ObjectStoreExt;
use datafusion::parquet::file::metadata::ParquetMetaData;
use futures::{FutureExt, StreamExt, TryStreamExt};

use super::columns::{merge, names};
use super::footer;
use super::format::Format;
use super::parquet::Parquet;
use super::places::{File, Files, Place};
use super::text;
use crate::error::{self, Error, ErrorKind, Result};
use crate::task::blocking;

/// How many Parquet files are looked at together.
const FILES_AT_ONCE: usize = 16;

/// A table that is ready for queries.
pub struct Table {
    place: Place,
    files: Files,
    source: Arc<dyn TableSource>,
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table").field("place", &self.place).finish_non_exhaustive()
    }
}

impl Table {
    /// Where it lies, and what it is called.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The columns as queries see them.
    pub fn schema(&self) -> SchemaRef {
        self.source.schema()
    }

    /// Whether the types of the columns were guessed from the rows, since the files (CSV and
    /// JSON) state none.
    pub fn is_inferred(&self) -> bool {
        self.files.format != Format::Parquet
    }

    pub(super) fn files(&self) -> &Files {
        &self.files
    }

    pub(crate) fn source(&self) -> Arc<dyn TableSource> {
        Arc::clone(&self.source)
    }
}

/// The tables that were opened, by their file or folder.
#[derive(Default)]
pub(super) struct OpenTables {
    tables: Mutex<HashMap<PathBuf, Arc<Table>>>,
}

impl OpenTables {
    /// Opens a table, unless it is open and its files have not changed.
    pub(super) async fn open(&self, state: &SessionState, place: Place) -> Result<Arc<Table>> {
        let path = place.path.clone();
        let (place, files) = blocking(move || {
            let files = place.files()?;
            Ok((place, files))
        })
        .await?;
        if let Some(table) = self.lock().get(&path).filter(|table| table.files == files) {
            return Ok(Arc::clone(table));
        }
        let table = Arc::new(open(state, place, files).await?);
        self.lock().insert(path, Arc::clone(&table));
        Ok(table)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<PathBuf, Arc<Table>>> {
        // Nothing panics while it is locked; and were it so, the map would still be whole.
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn open(state: &SessionState, place: Place, files: Files) -> Result<Table> {
    let source = match files.format {
        Format::Parquet => parquet(state, &files).await?,
        Format::Csv | Format::Json => provider_as_source(text::open(&files).await?),
    };
    if source.schema().fields().is_empty() {
        return Err(Error::new(
            ErrorKind::BrokenData,
            format!("table `{}` has no columns: its files are empty", place.full_name()),
        ));
    }
    Ok(Table { place, files, source })
}

/// The table of Parquet files.
async fn parquet(state: &SessionState, files: &Files) -> Result<Arc<dyn TableSource>> {
    let format: Arc<dyn FileFormat> = Arc::new(Parquet::new());
    let urls = files.files.iter().map(|file| url(&file.path)).collect::<Result<Vec<_>>>()?;
    let looks = files.files.iter().zip(&urls);
    let looks: Vec<_> = looks.map(|(file, url)| schema_of(state, &*format, file, url)).collect();
    let schemas: Vec<SchemaRef> =
        futures::stream::iter(looks).buffered(FILES_AT_ONCE).try_collect().await?;
    let paths = files.files.iter().map(|file| file.path.as_path());
    let merged = merge(&paths.zip(schemas).collect::<Vec<_>>())?;
    let names = names(&merged);
    let options = ListingOptions::new(format).with_file_extension("");
    let config = ListingTableConfig::new_with_multi_paths(urls)
        .with_listing_options(options)
        .with_schema(Arc::new(merged.clone()));
    let table = ListingTable::try_new(config).map_err(error::planning)?;
    let cache = state.runtime_env().cache_manager.get_file_statistic_cache();
    let source = provider_as_source(Arc::new(table.with_cache(cache)));
    rename(source, &merged, &names)
}

/// The columns of one file.
async fn schema_of(
    state: &SessionState,
    format: &dyn FileFormat,
    file: &File,
    url: &ListingTableUrl,
) -> Result<SchemaRef> {
    if file.length == 0 {
        return Err(error::unreadable(&file.path, "it is empty"));
    }
    // The reader of Parquet panics at some broken files.
    match AssertUnwindSafe(look(state, format, url)).catch_unwind().await {
        Ok(Ok((schema, metadata))) => match footer::twins(&metadata) {
            None => Ok(schema),
            Some(name) => {
                let reason = format!("two of its columns are called `{name}`");
                Err(error::unreadable(&file.path, &reason))
            }
        },
        Ok(Err(error)) => Err(error::unreadable_file(&file.path, error)),
        Err(_) => Err(error::unreadable(&file.path, "it is not a complete Parquet file")),
    }
}

async fn look(
    state: &SessionState,
    format: &dyn FileFormat,
    url: &ListingTableUrl,
) -> Result<(SchemaRef, Arc<ParquetMetaData>), DataFusionError> {
    let store = state.runtime_env().object_store(url)?;
    let meta = [store.head(url.prefix()).await?];
    let schema = format.infer_schema(state, &store, &meta).await?;
    let cache = state.runtime_env().cache_manager.get_file_metadata_cache();
    let [meta] = meta;
    let footer = DFParquetMetadata::new(&store, &meta).with_file_metadata_cache(Some(cache));
    Ok((schema, footer.fetch_metadata().await?))
}

/// What a table with renamed columns is called inside of its own definition.
const FILE: &str = "file";

/// The same table with other names for its columns.
fn rename(
    source: Arc<dyn TableSource>,
    schema: &Schema,
    names: &[String],
) -> Result<Arc<dyn TableSource>> {
    if schema.fields().iter().zip(names).all(|(field, name)| field.name() == name) {
        return Ok(source);
    }
    let columns = schema
        .fields()
        .iter()
        .zip(names)
        .map(|(field, name)| Expr::Column(Column::new(Some(FILE), field.name())).alias(name));
    let plan = LogicalPlanBuilder::scan(FILE, source, None)
        .and_then(|scan| scan.project(columns))
        .and_then(LogicalPlanBuilder::build)
        .map_err(error::planning)?;
    Ok(provider_as_source(Arc::new(ViewTable::new(plan, None))))
}

/// The file as a URL, where nothing in its name has a meaning.
fn url(path: &Path) -> Result<ListingTableUrl> {
    let text = path.to_str().ok_or_else(|| error::unreadable(path, "its path is not UTF-8"))?;
    let mut url = String::from("file://");
    for byte in text.bytes() {
        match byte {
            b'/' | b'-' | b'_' | b'.' | b'~' => url.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => url.push(char::from(byte)),
            byte => url.push_str(&format!("%{byte:02X}")),
        }
    }
    ListingTableUrl::parse(url).map_err(|error| error::unreadable(path, &error.to_string()))
}
