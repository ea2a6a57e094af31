//! The tables of TPC-DS on every engine, at the smallest scale: Trino and Presto copy what
//! their own generators make, with the types of the snapshots; Spark and the embedded
//! engine read files of Trino's rows.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use lakequery::{Lake, sql};
use lakequery_compiler::snapshot::{Column, Table};
use lakequery_engines::Server;
use lakequery_types::Engine;

use crate::fleet::Fleet;
use crate::rows;
use crate::schemas::{DEFAULT_SCHEMA, Schemas};

/// Connections to Trino and to the others, which all have the tables.
pub(super) async fn lakes(
    fleet: &Fleet,
    schemas: &Schemas,
    with_embedded: bool,
) -> Result<(Lake, Vec<Lake>)> {
    let tables: Vec<&Table> =
        schemas.all().filter(|table| table.schema == DEFAULT_SCHEMA).collect();
    let trino = copied(fleet.server(Engine::Trino).context("Trino is not up")?, &tables).await?;
    let folder = fleet.lake.with_file_name("tpcds");
    write(&trino, &tables, &folder).await?;
    let mut others = Vec::new();
    for server in &fleet.servers {
        match server.engine {
            Engine::Trino => {}
            Engine::Spark => others.push(read_from_files(server, &tables, &folder).await?),
            _ => others.push(copied(server, &tables).await?),
        }
    }
    if with_embedded {
        others.push(lakequery::connect(&format!("datafusion:{}", folder.display())).await?);
    }
    Ok((trino, others))
}

/// A server that copies them from its generator, once.
async fn copied(server: &Server, tables: &[&Table]) -> Result<Lake> {
    let lake = lakequery::connect(&rows::url(server, Some("memory"))).await?;
    sql(format!("CREATE SCHEMA IF NOT EXISTS {DEFAULT_SCHEMA}")).execute(&lake).await?;
    for table in tables {
        let columns: Vec<String> = table.columns.iter().map(plain).collect();
        let (name, columns) = (&table.name, columns.join(", "));
        let create = format!(
            "CREATE TABLE IF NOT EXISTS {DEFAULT_SCHEMA}.{name} AS \
             SELECT {columns} FROM tpcds.tiny.{name}"
        );
        sql(create).execute(&lake).await.with_context(|| format!("can't create {name}"))?;
    }
    Ok(lake)
}

/// A column with the snapshot's type; a text without the blanks that fill a `char(16)`.
fn plain(column: &Column) -> String {
    let Column { name, ty, nullable: _, comment: _ } = column;
    if ty.is_text() {
        format!("rtrim(CAST({name} AS varchar)) AS {name}")
    } else {
        format!("CAST({name} AS {ty}) AS {name}")
    }
}

/// A server that reads the files.
async fn read_from_files(server: &Server, tables: &[&Table], folder: &Path) -> Result<Lake> {
    let lake = lakequery::connect(&server.url).await?;
    sql(format!("CREATE DATABASE IF NOT EXISTS {DEFAULT_SCHEMA}")).execute(&lake).await?;
    for table in tables {
        let name = &table.name;
        let path = file(folder, name);
        let path = path.to_str().context("the folder's name is not Unicode")?.replace('\'', "\\'");
        let create = format!(
            "CREATE TABLE IF NOT EXISTS {DEFAULT_SCHEMA}.{name} USING parquet LOCATION 'file:{path}'"
        );
        sql(create).execute(&lake).await.with_context(|| format!("can't create {name}"))?;
    }
    Ok(lake)
}

fn file(folder: &Path, table: &str) -> PathBuf {
    folder.join(format!("{DEFAULT_SCHEMA}/{table}.parquet"))
}

/// Writes Trino's rows to files that do not exist yet.
#[cfg(feature = "embedded")]
async fn write(trino: &Lake, tables: &[&Table], folder: &Path) -> Result<()> {
    fs::create_dir_all(folder.join(DEFAULT_SCHEMA))?;
    for table in tables {
        let file = file(folder, &table.name);
        if !file.exists() {
            // A file that an earlier run has begun is not taken for a whole one.
            let begun = folder.join("begun");
            let query = format!("SELECT * FROM {DEFAULT_SCHEMA}.{}", table.name);
            crate::tables::write(trino, &query, &begun).await;
            fs::rename(&begun, &file)?;
        }
    }
    Ok(())
}

#[cfg(not(feature = "embedded"))]
async fn write(_: &Lake, _: &[&Table], folder: &Path) -> Result<()> {
    let there = folder.join(DEFAULT_SCHEMA).is_dir();
    anyhow::ensure!(there, "this program was built without what writes the tables' files");
    Ok(())
}
