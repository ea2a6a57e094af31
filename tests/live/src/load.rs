//! The TPC-H tables on every server, equal to those of the examples: Spark
//! reads the same files; Trino and Presto copy what their own generators make,
//! with the examples' types.

use std::path::Path;

use anyhow::{Context, Result};
use lakequery_engines::{Server, Statements};
use lakequery_examples::TABLES;
use serde_json::Value;

use crate::rows;

/// Makes the schema `tpch` in the catalog that the server's URL names; and the
/// table of the benchmark, empty, so that queries of it can be checked.
pub(crate) fn load(server: &Server, lake: &Path) -> Result<()> {
    match server.statements() {
        Some(statements) => copy(&statements)?,
        None => point_to_files(server, lake)?,
    }
    rows::make(server, None, 0)
}

fn copy(statements: &Statements) -> Result<()> {
    statements.run("CREATE SCHEMA tpch")?;
    for table in TABLES {
        let columns = statements.run(&format!(
            "SELECT column_name, data_type FROM tpch.information_schema.columns \
             WHERE table_schema = 'tiny' AND table_name = '{table}' ORDER BY ordinal_position"
        ))?;
        let columns: Vec<String> = columns
            .iter()
            .map(|row| match &row[..] {
                [Value::String(name), Value::String(ty)] => Some(column(name, ty)),
                _ => None,
            })
            .collect::<Option<_>>()
            .context("the columns of a table are not as expected")?;
        let columns = columns.join(", ");
        statements.run(&format!(
            "CREATE TABLE tpch.{table} AS SELECT {columns} FROM tpch.tiny.{table}"
        ))?;
    }
    Ok(())
}

/// A column with the type that the examples give it.
fn column(name: &str, ty: &str) -> String {
    let wanted = match ty.split('(').next() {
        Some("double" | "decimal") => "decimal(15,2)",
        Some("varchar" | "char") => "varchar",
        _ => return name.to_owned(),
    };
    format!("CAST({name} AS {wanted}) AS {name}")
}

fn point_to_files(server: &Server, lake: &Path) -> Result<()> {
    server.execute("CREATE DATABASE tpch")?;
    for table in TABLES {
        let file = lake.join(format!("tpch/{table}.parquet"));
        let file = file.to_str().context("the folder's name is not Unicode")?.replace('\'', "\\'");
        server
            .execute(&format!("CREATE TABLE tpch.{table} USING parquet LOCATION 'file:{file}'"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_get_the_types_of_the_examples() {
        assert_eq!(column("a", "double"), "CAST(a AS decimal(15,2)) AS a");
        assert_eq!(column("a", "decimal(12,2)"), "CAST(a AS decimal(15,2)) AS a");
        assert_eq!(column("a", "varchar(10)"), "CAST(a AS varchar) AS a");
        assert_eq!(column("a", "bigint"), "a");
    }
}
