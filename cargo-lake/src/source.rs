//! The tables that a source has: what this tool takes from lakequery itself.
//!
//! An engine over files is told by its URL what `lake.toml` says of tables, to read them so.

use std::path::Path;

use lakequery::reflect::{ReflectOptions, ReflectedTable};
use lakequery_compiler::config::Config;
use lakequery_compiler::snapshot::{Column, Table};
use lakequery_types::Engine;
use tokio::runtime::Runtime;

use crate::schemas;

/// A table of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// The table; its schema is that of the engine.
    pub(crate) table: Table,
    /// Whether its types are not stated by the source but guessed from data.
    pub(crate) inferred: bool,
    /// From how many names of folders the types of its partition columns are guessed.
    pub(crate) guessed_partitions: usize,
    /// The columns that queries can't use: each one's name and type.
    pub(crate) skipped: Vec<(String, String)>,
    /// The columns whose types `lake.toml` states.
    pub(crate) pinned: Vec<String>,
}

/// A table that is there but could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unread {
    pub(crate) schema: String,
    pub(crate) name: String,
    pub(crate) reason: String,
}

/// A table, and how far the reading of its source has come with it.
pub(crate) struct Step {
    pub(crate) table: Result<Found, Unread>,
    /// It is the table of this number, from 1,
    pub(crate) number: usize,
    /// of so many.
    pub(crate) of: usize,
}

/// What opens sources.
pub(crate) trait Catalog {
    /// Opens the source at a URL, of whose tables `lake.toml` may say something; a relative path
    /// in it is relative to `folder`.
    fn open(&self, url: &str, folder: &Path, config: &Config) -> Result<Box<dyn Lake>, String>;
}

/// A source that is open.
pub(crate) trait Lake {
    /// The engine.
    fn engine(&self) -> Engine;

    /// Hands each table of a schema of the engine (`""` for the connection's own),
    /// or of all schemas, to `each` as soon as it is known. Gives what is not a table.
    fn tables(
        &self,
        schema: Option<&str>,
        each: &mut dyn FnMut(Step),
    ) -> Result<Vec<String>, String>;
}

/// The lakes that lakequery connects to.
pub(crate) struct Lakes;

struct Connected {
    lake: lakequery::Lake,
    runtime: Runtime,
}

impl Catalog for Lakes {
    fn open(&self, url: &str, folder: &Path, config: &Config) -> Result<Box<dyn Lake>, String> {
        // lakequery takes relative paths as any program does; nothing else here does.
        std::env::set_current_dir(folder)
            .map_err(|error| format!("could not go to {}: {error}", folder.display()))?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| format!("could not start: {error}"))?;
        let connect = |url: &str| {
            runtime.block_on(lakequery::connect(url)).map_err(|error| error.to_string())
        };
        let mut lake = connect(url)?;
        if lake.engine().reads_files() && !config.tables.is_empty() {
            lake = connect(&with_tables(url, config, lake.engine()))?;
        }
        Ok(Box::new(Connected { lake, runtime }))
    }
}

fn told(column: &Column) -> lakequery_types::Column<'_> {
    let Column { name, ty, nullable, comment: _ } = column;
    lakequery_types::Column { name, ty: ty.clone(), nullable: *nullable }
}

/// The URL with what is said of tables.
fn with_tables(url: &str, config: &Config, engine: Engine) -> String {
    let tables = config.tables.iter().map(|((schema, name), said)| lakequery_types::Table {
        schema: schemas::on_engine(config, schema, engine),
        name,
        columns: said.columns.iter().map(told).collect(),
        options: said.options.clone(),
    });
    let text = lakequery_types::Table::write(&tables.collect::<Vec<_>>());
    let text = text.replace('%', "%25").replace('&', "%26");
    format!("{url}{}tables={text}", if url.contains('?') { '&' } else { '?' })
}

impl Lake for Connected {
    fn engine(&self) -> Engine {
        self.lake.engine()
    }

    fn tables(
        &self,
        schema: Option<&str>,
        each: &mut dyn FnMut(Step),
    ) -> Result<Vec<String>, String> {
        let options = ReflectOptions::schemas(schema);
        self.runtime.block_on(async {
            let mut tables = self.lake.reflect(options).await.map_err(|error| error.to_string())?;
            let of = tables.remaining();
            let passed_over = tables.passed_over().to_vec();
            let mut number = 0;
            while let Some((schema, name)) = tables.upcoming() {
                let (schema, name) = (schema.to_owned(), name.to_owned());
                let Some(table) = tables.next().await else { break };
                number += 1;
                let table = match table {
                    Ok(table) => Ok(found(table)),
                    Err(error) => Err(Unread { schema, name, reason: error.to_string() }),
                };
                each(Step { table, number, of });
            }
            Ok(passed_over)
        })
    }
}

fn found(table: ReflectedTable) -> Found {
    let columns = table
        .columns
        .into_iter()
        .map(|column| Column {
            name: column.name,
            ty: column.ty,
            nullable: column.nullable,
            comment: column.comment,
        })
        .collect();
    let ReflectedTable {
        schema,
        name,
        comment,
        partitioned_by,
        guessed_partitions,
        inferred,
        skipped,
        ..
    } = table;
    let table = Table { schema, name, comment, columns, partitioned_by };
    Found { table, inferred, guessed_partitions, skipped, pinned: Vec::new() }
}
