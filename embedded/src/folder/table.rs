//! Tables: opened when a query names them, and again when their files have changed.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use arrow_schema::{Field, Schema, SchemaRef};
use datafusion::catalog::TableProvider;
use datafusion::datasource::empty::EmptyTable;
use datafusion::datasource::provider_as_source;
use datafusion::execution::SessionState;
use datafusion::logical_expr::TableSource;
use lakequery_types::{FileFormat, FileOptions, same_name};

use super::format::is_text;
use super::parquet::ParquetTable;
use super::partitions::Partitions;
use super::places::Place;
use super::records;
use super::stated::Stated;
use super::text;
use super::walk::{self, Files};
use crate::error::{Error, ErrorKind, Result};
use crate::task::blocking;
use crate::types::arrow_type;

/// A table that is ready for queries.
pub struct Table {
    place: Place,
    files: Files,
    source: Arc<dyn TableSource>,
    /// The same, where its files are of Parquet.
    parquet: Option<Arc<ParquetTable>>,
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

    /// Whether the types of the columns were guessed from the rows, since the files (CSV, TSV
    /// and JSON) state none.
    pub fn is_inferred(&self) -> bool {
        self.files.format.is_some_and(is_text)
    }

    /// The columns that the folders of its partitions make, the outermost first.
    pub fn partitioned_by(&self) -> Vec<String> {
        self.files.keys.iter().map(|key| key.to_lowercase()).collect()
    }

    /// How many partitions it has: from so many names of folders the types of their columns
    /// were guessed.
    pub fn partitions(&self) -> usize {
        let files = self.files.files.iter();
        files
            .map(|file| &file.values)
            .filter(|values| !values.is_empty())
            .collect::<HashSet<_>>()
            .len()
    }

    /// Whether its columns are those of all files, as far as is known; `all` where that
    /// needs to be known.
    fn is_enough(&self, all: bool) -> bool {
        self.parquet.as_ref().is_none_or(|table| table.is_enough(all))
    }

    pub(super) fn files(&self) -> &Files {
        &self.files
    }

    pub(crate) fn source(&self) -> Arc<dyn TableSource> {
        Arc::clone(&self.source)
    }
}

/// The file or folder of a table, and what was known of it from outside.
type Key = (PathBuf, Option<Arc<Stated>>);

/// The tables that were opened.
#[derive(Default)]
pub(super) struct OpenTables {
    tables: Mutex<HashMap<Key, Arc<Table>>>,
}

impl OpenTables {
    /// Opens a table, unless it is open and its files have not changed; `all` where every
    /// file is to be looked at, however many there are.
    pub(super) async fn open(
        &self,
        state: &SessionState,
        place: Place,
        stated: Option<Arc<Stated>>,
        all: bool,
    ) -> Result<Arc<Table>> {
        let key = (place.path.clone(), stated.clone());
        let options = stated.as_ref().map(|stated| stated.options.clone()).unwrap_or_default();
        let (place, files) = blocking(move || {
            let files = walk::files(&place, &options)?;
            Ok((place, files))
        })
        .await?;
        let known = self.lock().get(&key).filter(|table| table.files == files).cloned();
        let all = match known {
            Some(table) if table.is_enough(all) => return Ok(table),
            // A file was found to have other columns than those that were looked at.
            known => all || known.is_some(),
        };
        let table = Arc::new(open(state, place, files, stated.as_deref(), all).await?);
        self.lock().insert(key, Arc::clone(&table));
        Ok(table)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Arc<Table>>> {
        // Nothing panics while it is locked; and were it so, the map would still be whole.
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn open(
    state: &SessionState,
    place: Place,
    files: Files,
    stated: Option<&Stated>,
    all: bool,
) -> Result<Table> {
    let name = place.full_name();
    #[cfg(feature = "delta")]
    if files.log.is_some() {
        let provider = super::delta::open(&name, &place.path).await?;
        return Ok(Table { place, files, source: provider_as_source(provider), parquet: None });
    }
    let Some(format) = files.format else { return no_files(place, files, stated) };
    if let Some(stated) = stated {
        fits(&name, format, &files, &stated.options)?;
    }
    let partitions = Partitions::of(&name, &files, stated)?;
    let (provider, parquet): (Arc<dyn TableProvider>, _) = match format {
        FileFormat::Parquet => {
            let runtime = state.runtime_env();
            let table = ParquetTable::open(runtime, &name, &files, partitions, stated, all).await?;
            let table = Arc::new(table);
            (Arc::clone(&table) as _, Some(table))
        }
        FileFormat::Csv | FileFormat::Tsv | FileFormat::Json => {
            (text::open(&name, format, &files, partitions, stated, all).await?, None)
        }
        FileFormat::Avro | FileFormat::Orc => {
            (records::open(&name, format, &files, partitions, stated).await?, None)
        }
    };
    // Those of the partitions are named by folders, and are not columns of the files.
    if provider.schema().fields().len() == files.keys.len() {
        return Err(Error::new(
            ErrorKind::BrokenData,
            format!("table `{name}` has no columns: its files are empty"),
        ));
    }
    Ok(Table { place, files, source: provider_as_source(provider), parquet })
}

/// An error where files are not as `lake.toml` says.
fn fits(name: &str, format: FileFormat, files: &Files, options: &FileOptions) -> Result<()> {
    let Some(first) = files.files.first() else { return Ok(()) };
    let path = first.path.display();
    let unlike = |message, help: &str| {
        let error = Error::new(ErrorKind::BrokenData, message).at_path(&first.path);
        Err(error.with_help(help.replace("{}", name)))
    };
    if let [key, ..] = options.of_delimited()[..]
        && !format.is_delimited()
    {
        let title = format.title();
        let message =
            format!("lake.toml states `{key}` of table `{name}`, and `{path}` is {title}");
        return unlike(message, "only CSV and TSV have it: correct [table.\"{}\"] in lake.toml");
    }
    let (stated, keys) = (&options.partitioned_by, &files.keys);
    let is_same =
        stated.len() == keys.len() && stated.iter().zip(keys).all(|(a, b)| same_name(a, b));
    if !stated.is_empty() && !is_same {
        let found = match keys.as_slice() {
            [] => "is in no partition".to_owned(),
            keys => format!("is in a partition by {}", keys.join(", ")),
        };
        let stated = stated.join(", ");
        let message =
            format!("table `{name}` is partitioned by {stated} in lake.toml, and `{path}` {found}");
        return unlike(message, "move the files, or correct `partitioned_by` of [table.\"{}\"]");
    }
    Ok(())
}

/// The table of a folder without files: one without rows, where its columns are known.
fn no_files(place: Place, files: Files, stated: Option<&Stated>) -> Result<Table> {
    let columns = stated.map(|stated| stated.columns.as_slice()).unwrap_or_default();
    let fields: Option<Vec<Field>> = columns
        .iter()
        .map(|c| Some(Field::new(c.name.to_lowercase(), arrow_type(&c.ty)?, true)))
        .collect();
    match fields {
        Some(fields) if !fields.is_empty() => {
            let provider = Arc::new(EmptyTable::new(Arc::new(Schema::new(fields))));
            Ok(Table { place, files, source: provider_as_source(provider), parquet: None })
        }
        _ => Err(Error::new(
            ErrorKind::NotFound,
            format!("the folder of table `{}` has no files", place.full_name()),
        )
        .with_help(format!(
            "put files of Parquet, CSV or another format into {}",
            place.path.display()
        ))),
    }
}
