//! Schema snapshots: what the compiler knows of the tables of a lake.
//!
//! A table has one file, whose text [`mod@file`] reads and writes; the crate
//! `lakequery-project` knows where it lies. The compiler asks for tables by name
//! through [`Snapshots`], so that a query costs only the tables it names.

use std::sync::Arc;

use lakequery_types::Type;

pub mod file;

/// A table of a logical schema, as its snapshot describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The logical schema, as `lake.toml` names it.
    pub schema: String,
    /// The table's name, in the case the engine keeps it.
    pub name: String,
    /// What the table is for, where the source says so.
    pub comment: Option<String>,
    /// The columns, in the table's order.
    pub columns: Vec<Column>,
    /// The columns that its files are partitioned by, the outermost first, as far
    /// as the source tells: reading little of a large table takes a condition on
    /// them.
    pub partitioned_by: Vec<String>,
}

/// A column of a [`Table`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The name, in the case the engine keeps it.
    pub name: String,
    /// The type.
    pub ty: Type,
    /// Whether it can hold NULL.
    pub nullable: bool,
    /// What the column is for, where the source says so.
    pub comment: Option<String>,
}

/// Where the compiler gets its tables from.
///
/// Names are matched without regard to case.
pub trait Snapshots: Sync {
    /// The snapshot of a table; `None` where there is none.
    ///
    /// # Errors
    ///
    /// A text for the user where there is a snapshot that can't be used:
    /// which file, which line, what is wrong, what to do.
    fn table(&self, schema: &str, table: &str) -> Result<Option<Arc<Table>>, String>;

    /// The schemas there are, sorted; asked for only to help with an unknown name.
    fn schemas(&self) -> Vec<String>;

    /// The tables of a schema, sorted; asked for only to help with an unknown name.
    fn tables(&self, schema: &str) -> Vec<String>;
}
