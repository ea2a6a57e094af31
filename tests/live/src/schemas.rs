//! The tables: the repository's snapshots, read once.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Result, anyhow};
use lakequery_compiler::snapshot::{Snapshots, Table};
use lakequery_project::Store;
use lakequery_types::Type;

use crate::compile::root;

/// The schema of tables that are named without one: the queries of TPC-DS are.
pub(crate) const DEFAULT_SCHEMA: &str = "tpcds";

/// All tables, by schema and name.
pub(crate) struct Schemas(BTreeMap<(String, String), Arc<Table>>);

impl Schemas {
    pub(crate) fn of_repository() -> Result<Schemas> {
        let mut tables = BTreeMap::new();
        for (key, stored) in Store::new(root().join("schemas")).all()? {
            let table = stored.table.map_err(|wrong| anyhow!("{key:?}: {wrong}"))?;
            tables.insert((key.schema, table.name.clone()), Arc::new(table));
        }
        Ok(Schemas(tables))
    }

    /// The same tables with plain texts: files and several engines have no `char(16)`.
    pub(crate) fn with_plain_texts(mut self) -> Schemas {
        for table in self.0.values_mut() {
            for column in &mut Arc::make_mut(table).columns {
                if column.ty.is_text() {
                    column.ty = Type::VARCHAR;
                }
            }
        }
        self
    }

    /// The tables.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Table> {
        self.0.values().map(|table| &**table)
    }
}

impl Snapshots for Schemas {
    fn table(&self, schema: &str, table: &str) -> Result<Option<Arc<Table>>, String> {
        Ok(self.0.get(&(schema.to_lowercase(), table.to_lowercase())).cloned())
    }

    fn schemas(&self) -> Vec<String> {
        let mut names: Vec<String> = self.0.keys().map(|(schema, _)| schema.clone()).collect();
        names.dedup();
        names
    }

    fn tables(&self, schema: &str) -> Vec<String> {
        let of = self.0.keys().filter(|(of, _)| of == schema);
        of.map(|(_, table)| table.clone()).collect()
    }
}
