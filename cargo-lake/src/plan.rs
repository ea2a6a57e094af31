//! What a refresh would do: the sources read, and held against the snapshots.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use lakequery_compiler::config::Source;
use lakequery_compiler::snapshot::{Column, Table, file};
use lakequery_project::{Key, Project};

use crate::diff::{self, Change};
use crate::failure::Failure;
use crate::schemas;
use crate::source::{Catalog, Found, Step, Unread};
use crate::sources;

/// What has to be done, and what has to be said.
#[derive(Debug)]
pub(crate) struct Plan {
    /// What is to be written or removed.
    pub(crate) changes: BTreeMap<Key, Change>,
    /// How many snapshots are as they should be.
    pub(crate) unchanged: usize,
    /// The new or changed tables (`schema.table`) whose types were guessed from
    /// their data.
    pub(crate) inferred: Vec<String>,
    /// The new or changed tables whose partition columns are guessed from the names of folders.
    pub(crate) partitioned: Vec<Partitioned>,
    /// Tables that can't have a snapshot, and why.
    pub(crate) warnings: Vec<String>,
    /// Sources, or parts of them, that could not be read.
    pub(crate) failures: Vec<Failure>,
}

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

/// Reads the sources of these names (all, where none is named) and compares.
pub(crate) fn make(
    project: &Project,
    catalog: &dyn Catalog,
    names: &[String],
) -> Result<Plan, Failure> {
    let sources = sources::named(project, names)?;
    let before = project.store.all()?;
    let mut gathered = Gathered::default();
    let mut failures = Vec::new();
    for &(name, source) in &sources {
        let progress = Progress::start(name);
        let read = read(project, catalog, name, source, &progress);
        progress.bar.finish_and_clear();
        match read {
            Ok(read) => {
                gathered.warnings.extend(read.left_out);
                failures.extend(read.failures);
                for unread in read.unread {
                    let Unread { schema, name: table, reason } = unread;
                    let message = format!("source `{name}`: {schema}.{table}: {reason}");
                    failures.push(Failure::new(message));
                    gathered.skip(Key::new(&schema, &table));
                }
                gathered.add(name, read.tables, read.covered);
            }
            Err(failure) => failures.push(failure),
        }
    }
    // A schema that no source has any more is gone only if it could have come
    // from nowhere but a source that was read.
    let all = sources.len() == project.config.sources.len()
        && failures.is_empty()
        && sources.iter().any(|(_, source)| source.schemas.is_empty());
    let Gathered { tables, skipped, covered, inferred, partitioned, warnings } = gathered;
    let covers =
        |key: &Key| !skipped.contains(key) && (all || covered.contains(key.schema.as_str()));
    let after: BTreeMap<Key, Table> =
        tables.into_iter().map(|(key, (table, _))| (key, table)).collect();
    let changes = diff::changes(&before, &after, covers);
    let unchanged = after.keys().filter(|key| !changes.contains_key(key)).count();
    let inferred = inferred.into_iter().filter(|(key, _)| changes.contains_key(key));
    let inferred = inferred.map(|(_, table)| table).collect();
    let partitioned = partitioned.into_iter().filter(|(key, _)| changes.contains_key(key));
    let partitioned = partitioned.map(|(_, table)| table).collect();
    Ok(Plan { changes, unchanged, inferred, partitioned, warnings, failures })
}

/// What was read of a source.
#[derive(Default)]
struct Read {
    /// The tables, each with the logical schema it belongs to.
    tables: Vec<Found>,
    /// The tables that are there but could not be read; their schema is the logical one.
    unread: Vec<Unread>,
    /// The logical schemas of which it has told all tables.
    covered: BTreeSet<String>,
    /// Schemas that it should have, and that could not be read.
    failures: Vec<Failure>,
    /// What to say of schemas that it has, and that are no logical ones, and the
    /// other way round.
    left_out: BTreeSet<String>,
}

impl Read {
    fn add(&mut self, logical: String, table: Result<Found, Unread>) {
        match table {
            Ok(mut found) => {
                found.table.schema = logical;
                self.tables.push(found);
            }
            Err(mut unread) => {
                unread.schema = logical;
                self.unread.push(unread);
            }
        }
    }
}

fn read(
    project: &Project,
    catalog: &dyn Catalog,
    name: &str,
    source: &Source,
    progress: &Progress,
) -> Result<Read, Failure> {
    let url = sources::url(project, name, source)?;
    let failed = |error: String| Failure::new(format!("source `{name}`: {error}"));
    let lake = catalog.open(&url, &project.root).map_err(failed)?;
    let config = &project.config;
    let mut read = Read::default();
    if source.schemas.is_empty() {
        let mut each = |step: Step| {
            progress.step(&step);
            let schema = match &step.table {
                Ok(found) => &found.table.schema,
                Err(unread) => &unread.schema,
            };
            match schemas::logical(config, schema, lake.engine()) {
                Some(logical) => {
                    read.covered.insert(logical.clone());
                    read.add(logical, step.table);
                }
                None => {
                    read.left_out.insert(format!(
                        "source `{name}` has a schema `{schema}` that is left out: \
                         in lake.toml `{schema}` is another schema of {}",
                        lake.engine()
                    ));
                }
            }
        };
        let passed_over = lake.tables(None, &mut each).map_err(failed)?;
        read.left_out
            .extend(passed_over.into_iter().map(|what| format!("source `{name}`: {what}")));
        for logical in schemas::unnamed(config, lake.engine()) {
            read.left_out.insert(format!(
                "schema `{logical}` has no name on {} in lake.toml, so that it can't be told \
                 which of source `{name}` it is; to take it from the one that the URL names, \
                 list it: [source.{name}] schemas = [\"{logical}\"]",
                lake.engine()
            ));
        }
        return Ok(read);
    }
    for logical in &source.schemas {
        let schema = schemas::on_engine(config, logical, lake.engine());
        let count = read.tables.len() + read.unread.len();
        let mut each = |step: Step| {
            progress.step(&step);
            read.add(logical.clone(), step.table);
        };
        match lake.tables(Some(schema), &mut each) {
            Err(error) => {
                read.failures.push(failed(error));
                continue;
            }
            Ok(passed_over) => {
                let told = passed_over.into_iter().map(|what| format!("source `{name}`: {what}"));
                read.left_out.extend(told);
            }
        }
        if read.tables.len() + read.unread.len() > count {
            read.covered.insert(logical.clone());
        } else {
            let called =
                if schema == logical { String::new() } else { format!(" (there `{schema}`)") };
            let message = format!("source `{name}` has no table in schema `{logical}`{called}");
            read.failures.push(Failure::new(message).help(format!(
                "if it is right that there is none, take `{logical}` out of [source.{name}] \
                 in {}",
                project.file
            )));
        }
    }
    Ok(read)
}

/// The tables of all sources together.
#[derive(Default)]
struct Gathered {
    tables: BTreeMap<Key, (Table, String)>,
    /// Tables that there are, but not one for each name.
    skipped: BTreeSet<Key>,
    /// The schemas that are known whole, in lower case.
    covered: BTreeSet<String>,
    inferred: BTreeMap<Key, String>,
    partitioned: BTreeMap<Key, Partitioned>,
    warnings: Vec<String>,
}

impl Gathered {
    fn add(&mut self, source: &str, tables: Vec<Found>, covered: BTreeSet<String>) {
        self.covered.extend(covered.iter().map(|schema| schema.to_lowercase()));
        for Found { table, inferred, guessed_partitions, skipped } in tables {
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
            if inferred {
                self.inferred.insert(key.clone(), shown);
            }
            self.tables.insert(key, (table, source.to_owned()));
        }
    }

    fn skip(&mut self, key: Key) {
        self.tables.remove(&key);
        self.inferred.remove(&key);
        self.partitioned.remove(&key);
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

/// What is shown on a terminal while a source is read.
struct Progress {
    bar: ProgressBar,
}

impl Progress {
    fn start(name: &str) -> Progress {
        let bar = ProgressBar::no_length();
        let template = "{spinner} Reading {msg} {wide_bar} {human_pos}/{human_len} tables";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(name.to_owned());
        bar.enable_steady_tick(Duration::from_millis(100));
        Progress { bar }
    }

    fn step(&self, step: &Step) {
        self.bar.set_length(step.of as u64);
        self.bar.set_position(step.number as u64);
    }
}
