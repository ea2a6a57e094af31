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
    pub columns: Vec<StatedColumn>,
}

/// A column of a table of which more is known than its files say.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StatedColumn {
    /// Its name, in any case.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// Whether it can be NULL.
    pub nullable: bool,
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

    /// What is known of a column.
    pub(crate) fn column(&self, name: &str) -> Option<&StatedColumn> {
        self.columns.iter().find(|column| same_name(&column.name, name))
    }

    /// The type of a column.
    pub(super) fn ty(&self, column: &str) -> Option<&Type> {
        self.column(column).map(|column| &column.ty)
    }
}
