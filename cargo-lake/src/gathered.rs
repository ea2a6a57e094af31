//! The tables of all sources together, and what is to be said of them.

use std::collections::{BTreeMap, BTreeSet};

use lakequery_compiler::config::Config;
use lakequery_compiler::snapshot::{Column, Table, file};
use lakequery_project::Key;

use crate::source::Found;

/// A table whose partition columns are guessed from the names of folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Partitioned {
    /// `schema.table`
    pub(crate) table: String,
    /// The columns, each with its type.
    pub(crate) columns: Vec<String>,
    /// How many partitions there are.
    pub(crate) partitions: usize,
}

/// The tables of all sources together.
#[derive(Default)]
pub(crate) struct Gathered {
    pub(crate) tables: BTreeMap<Key, (Table, String)>,
    /// Tables that there are, but not one for each name.
    pub(crate) skipped: BTreeSet<Key>,
    /// The schemas that are known whole, in lower case.
    pub(crate) covered: BTreeSet<String>,
    pub(crate) inferred: BTreeMap<Key, String>,
    pub(crate) partitioned: BTreeMap<Key, Partitioned>,
    pub(crate) pinned: BTreeMap<Key, (String, Vec<String>)>,
    pub(crate) warnings: Vec<String>,
}

impl Gathered {
    /// Adds the tables of a source, which has told all tables of the covered schemas.
    pub(crate) fn add(&mut self, source: &str, tables: Vec<Found>, covered: BTreeSet<String>) {
        self.covered.extend(covered.iter().map(|schema| schema.to_lowercase()));
        for Found { table, inferred, guessed_partitions, skipped, pinned } in tables {
            let shown = format!("{}.{}", table.schema, table.name);
            let key = Key::new(&table.schema, &table.name);
            for (column, ty) in skipped {
                self.warnings.push(format!(
                    "column {column} of {shown} is left out: lake SQL has no type for its {ty}"
                ));
            }
            if let Err(reason) = fits(&table) {
                self.warnings.push(format!("no snapshot of {shown}: {reason}"));
                self.skip(key);
                continue;
            }
            if let Some((other, from)) = self.tables.get(&key) {
                if *other == table && from != source {
                    continue;
                }
                let reason = if from == source && other.name == table.name {
                    format!("source `{source}` has two tables of this name")
                } else if from == source {
                    format!("source `{source}` also has {}.{}", other.schema, other.name)
                } else {
                    format!("sources `{from}` and `{source}` both have it, and not the same")
                };
                self.warnings.push(format!("no snapshot of {shown}: {reason}"));
                self.skip(key);
                continue;
            }
            if self.skipped.contains(&key) {
                continue;
            }
            if guessed_partitions > 0 {
                let is_of = |column: &&Column| table.partitioned_by.contains(&column.name);
                let columns = table.columns.iter().filter(is_of);
                let columns = columns.map(|column| format!("{} {}", column.name, column.ty));
                let (columns, partitions) = (columns.collect(), guessed_partitions);
                let guessed = Partitioned { table: shown.clone(), columns, partitions };
                self.partitioned.insert(key.clone(), guessed);
            }
            if !pinned.is_empty() {
                self.pinned.insert(key.clone(), (shown.clone(), pinned));
            }
            if inferred {
                self.inferred.insert(key.clone(), shown);
            }
            self.tables.insert(key, (table, source.to_owned()));
        }
    }

    /// Says which tables `lake.toml` describes that no source has.
    pub(crate) fn tell_missing(&mut self, config: &Config) {
        for (schema, name) in config.tables.keys() {
            let key = Key::new(schema, name);
            if !self.tables.contains_key(&key) && !self.skipped.contains(&key) {
                let message = format!("lake.toml describes {schema}.{name}, which no source has");
                self.warnings.push(message);
            }
        }
    }

    /// Leaves out a table that is there.
    pub(crate) fn skip(&mut self, key: Key) {
        self.tables.remove(&key);
        self.inferred.remove(&key);
        self.partitioned.remove(&key);
        self.pinned.remove(&key);
        self.skipped.insert(key);
    }
}

/// Whether the compiler will read of a table's snapshot what is written.
fn fits(table: &Table) -> Result<(), String> {
    if !Key::new(&table.schema, &table.name).fits() {
        return Err("its name is too long for that of a file".to_owned());
    }
    match file::parse(&table.schema, &file::write(table)) {
        Ok(read) if read == *table => Ok(()),
        Ok(_) => Err("its snapshot would read as another table".to_owned()),
        Err(errors) => {
            let messages = errors.0.into_iter().map(|error| error.message);
            Err(messages.collect::<Vec<_>>().join("; "))
        }
    }
}
