//! [`Folder`]: a catalog of tables that are files of Parquet, ORC, Avro, CSV, TSV and JSON.

mod batches;
mod columns;
mod compression;
#[cfg(feature = "delta")]
mod delta;
mod entries;
mod foreign;
mod format;
mod intact;
mod level;
mod parquet;
mod partitions;
mod places;
mod prune;
mod reader;
mod records;
mod scan;
mod stated;
mod table;
mod text;
mod walk;
mod widen;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::execution::SessionState;

pub(crate) use columns::{matched, merge};
pub(crate) use intact::first_broken;
pub use places::{Contents, PassedOver, Place};
pub use stated::{Stated, StatedColumn};
pub use table::Table;
pub(crate) use text::{TextFormat, rows_of_text};
pub(crate) use widen::{widened, wider};

use crate::error::Result;
use crate::task::blocking;
use places::Places;
use table::OpenTables;

/// A folder of tables: `schema/table.parquet`, or all files in the folder `schema/table`. Files
/// directly in the folder are tables of the schema `default`. Folders of a table that are
/// called `key=value` are partitions, and `key` is a column.
///
/// A table is opened when a statement names it first, and again when its files have changed.
pub struct Folder {
    places: Arc<Places>,
    tables: OpenTables,
}

impl fmt::Debug for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Folder").field(&self.root()).finish()
    }
}

impl Folder {
    /// Opens a folder that exists. No table is looked at yet. The schema is the one that
    /// need not be written; without it that is `default`.
    ///
    /// # Errors
    ///
    /// Where it is not a folder, or is itself a table that a log keeps.
    pub fn open(root: impl Into<PathBuf>, default_schema: Option<String>) -> Result<Folder> {
        let places = Arc::new(Places::open(root.into(), default_schema)?);
        Ok(Folder { places, tables: OpenTables::default() })
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        self.places.root()
    }

    /// What is in these schemas; in all of them where none is named. A file of an unknown format
    /// is a table where its format is stated.
    ///
    /// # Errors
    ///
    /// Where a schema does not exist, or a folder can't be read.
    pub async fn contents(&self, schemas: Vec<String>, stated: &[Arc<Stated>]) -> Result<Contents> {
        let places = Arc::clone(&self.places);
        let stated = stated.to_vec();
        blocking(move || {
            let schemas = if schemas.is_empty() { places.schemas(&stated)? } else { schemas };
            let mut all = Contents::default();
            for schema in schemas {
                let Contents { tables, passed_over } = places.tables(&schema, &stated)?;
                all.tables.extend(tables);
                all.passed_over.extend(passed_over);
            }
            // A schema may have been asked for twice, in different cases.
            all.tables.sort();
            all.tables.dedup();
            all.passed_over.sort();
            all.passed_over.dedup();
            Ok(all)
        })
        .await
    }

    /// Finds a table by its name, and opens it.
    pub(crate) async fn table(
        &self,
        state: &SessionState,
        schema: Option<&str>,
        name: &str,
        stated: Option<&Arc<Stated>>,
    ) -> Result<Arc<Table>> {
        let places = Arc::clone(&self.places);
        let (schema, name) = (schema.map(str::to_owned), name.to_owned());
        let known: Vec<_> = stated.cloned().into_iter().collect();
        let place = blocking(move || places.find(schema.as_deref(), &name, &known)).await?;
        self.tables.open(state, place, stated.cloned(), false).await
    }

    /// Opens the table of a place, for a session: looks at all of its files, unless they are
    /// as they were when it was opened before. Of a table of thousands of Parquet files,
    /// statements look at some only. Values are held against what is stated of their columns.
    ///
    /// # Errors
    ///
    /// Where the files can't be those of a table.
    pub async fn open_table(
        &self,
        state: &SessionState,
        place: Place,
        stated: Option<Arc<Stated>>,
    ) -> Result<Arc<Table>> {
        self.tables.open(state, place, stated, true).await
    }
}

#[cfg(test)]
mod tests;
