//! [`Stated`]: what is known of a table from outside its files, such as from the snapshot
//! that a query was compiled against.

use lakequery_types::{Type, same_name};

/// What is known of a table from outside its files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stated {
    /// The schema; `None` for the one that need not be written.
    pub schema: Option<String>,
    /// The table.
    pub table: String,
    /// Columns that queries read, in any order.
    pub columns: Vec<(String, Type)>,
}

impl Stated {
    /// Whether it is about the table that a query names so.
    pub(crate) fn is_of(&self, schema: Option<&str>, table: &str) -> bool {
        let same_schema = match (&self.schema, schema) {
            (Some(a), Some(b)) => same_name(a, b),
            (a, b) => a.is_none() && b.is_none(),
        };
        same_schema && same_name(&self.table, table)
    }

    /// The type of a column.
    pub(super) fn ty(&self, column: &str) -> Option<&Type> {
        let mut columns = self.columns.iter();
        columns.find(|(name, _)| same_name(name, column)).map(|(_, ty)| ty)
    }
}
