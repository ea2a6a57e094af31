//! What a refresh would do: the sources read, and held against the snapshots.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use lakequery_compiler::config::{Config, Source};
use lakequery_compiler::snapshot::Table;
use lakequery_project::{Key, Project};

use crate::diff::{self, Change};
use crate::failure::Failure;
use crate::gathered::{Gathered, Partitioned};
use crate::pins;
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
    /// The tables of which `lake.toml` states types of columns, and these.
    pub(crate) pinned: Vec<(String, Vec<String>)>,
    /// Tables that can't have a snapshot, and why.
    pub(crate) warnings: Vec<String>,
    /// Sources, or parts of them, that could not be read.
    pub(crate) failures: Vec<Failure>,
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
    if sources.len() == project.config.sources.len() && failures.is_empty() {
        gathered.tell_missing(&project.config);
    }
    let Gathered { tables, skipped, covered, inferred, partitioned, pinned, warnings } = gathered;
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
    let pinned = pinned.into_values().collect();
    Ok(Plan { changes, unchanged, inferred, partitioned, pinned, warnings, failures })
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
    fn add(&mut self, config: &Config, logical: String, table: Result<Found, Unread>) {
        match table {
            Ok(mut found) => {
                let said = config.table(&logical, &found.table.name);
                if let Some(Err(reason)) = said.map(|said| pins::apply(said, &mut found)) {
                    let name = found.table.name;
                    self.unread.push(Unread { schema: logical, name, reason });
                    return;
                }
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
    let lake = catalog.open(&url, &project.root, &project.config).map_err(failed)?;
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
                    read.add(config, logical, step.table);
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
            read.add(config, logical.clone(), step.table);
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
