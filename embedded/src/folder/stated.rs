//! [`Stated`]: what is known of a table from outside its files, such as from the snapshot
//! that a query was compiled against, and from `lake.toml`.

use std::sync::Arc;

use arrow_schema::{Field, Schema};
use lakequery_types::{FileOptions, Type, same_name};

use super::widen::wider;
use crate::types::arrow_type;

/// What is known of a table from outside its files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stated {
    /// The schema; `None` for the one that need not be written.
    pub schema: Option<String>,
    /// The table.
    pub table: String,
    /// Columns that queries read, in any order.
    pub columns: Vec<StatedColumn>,
    /// How its files are read.
    pub options: FileOptions,
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

    /// Whether it is about the table of this schema and name: also where the schema need not be
    /// written, which may be any.
    pub fn may_be_of(&self, schema: &str, table: &str) -> bool {
        let same_schema = self.schema.as_deref().is_none_or(|name| same_name(name, schema));
        same_schema && same_name(&self.table, table)
    }

    /// What is known of a column.
    pub(crate) fn column(&self, name: &str) -> Option<&StatedColumn> {
        self.columns.iter().find(|column| same_name(&column.name, name))
    }

    /// The columns, each of the type that is stated of it where that one is wider.
    pub(super) fn grown(&self, columns: &Schema) -> Schema {
        let column = |field: &Arc<Field>| {
            let ty = self.ty(field.name()).and_then(arrow_type);
            match ty.filter(|ty| wider(field.data_type(), ty).as_ref() == Some(ty)) {
                Some(ty) => field.as_ref().clone().with_data_type(ty),
                None => field.as_ref().clone(),
            }
        };
        Schema::new(columns.fields().iter().map(column).collect::<Vec<_>>())
    }

    /// The type of a column.
    pub(super) fn ty(&self, column: &str) -> Option<&Type> {
        self.column(column).map(|column| &column.ty)
    }
}
