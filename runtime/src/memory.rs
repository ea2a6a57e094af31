//! [`Memory`]: a lake of tables that a test gives.

use arrow_array::RecordBatch;

use crate::engine::{Given, in_memory};
use crate::error::Result;
use crate::lake::Lake;

/// Tables in memory for the embedded engine, so that a test can say what its queries read;
/// [`Lake::memory`] begins one.
///
/// A query that was compiled sees its tables with the columns of the snapshots: texts of CSV
/// and JSON are read as their types, numbers of Arrow are widened to them, and a column that
/// is left out is NULL, if it may be. What does not fit is an error that says what was given
/// and what the query was compiled for.
#[derive(Clone, Debug, Default)]
#[must_use = "it is no lake before it is opened"]
pub struct Memory {
    tables: Vec<(String, Given)>,
}

impl Lake {
    /// Begins a lake whose tables are in memory (feature `datafusion`).
    ///
    /// ```no_run
    /// # async fn example() -> lakequery::Result<()> {
    /// use lakequery::{Lake, sql};
    ///
    /// let lake = Lake::memory()
    ///     .csv("shop.orders", "id,price\n1,12.50\n2,7.25\n")
    ///     .json("shop.customers", r#"[{"id": 1, "name": "Ada"}]"#)
    ///     .open()?;
    /// let rows = sql("SELECT id FROM shop.orders WHERE price > 10").fetch_all(&lake).await?;
    /// assert_eq!(rows.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn memory() -> Memory {
        Memory::default()
    }
}

impl Memory {
    /// Adds a table, `schema.table`, of batches of Arrow, which have the columns of the
    /// first one.
    pub fn table(self, name: &str, batches: impl IntoIterator<Item = RecordBatch>) -> Memory {
        self.with(name, Given::Batches(batches.into_iter().collect()))
    }

    /// Adds a table, `schema.table`, of CSV: the first line names the columns.
    pub fn csv(self, name: &str, text: impl Into<String>) -> Memory {
        self.with(name, Given::Csv(text.into()))
    }

    /// Adds a table, `schema.table`, of JSON: an object for each row, one after the other or
    /// in one array.
    pub fn json(self, name: &str, text: impl Into<String>) -> Memory {
        self.with(name, Given::Json(text.into()))
    }

    fn with(mut self, name: &str, rows: Given) -> Memory {
        self.tables.push((name.to_owned(), rows));
        self
    }

    /// The lake with these tables. What they hold is looked at by the queries that read them.
    ///
    /// # Errors
    ///
    /// Where a table has no name, or is given twice.
    pub fn open(self) -> Result<Lake> {
        Ok(Lake::over(in_memory(self.tables)?))
    }
}
