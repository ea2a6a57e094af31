//! Reflection: what tables there are, and what columns they have, as the
//! server's own tables of tables tell it: one question for each schema.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::StringArray;
use arrow_array::cast::AsArray;
use futures::{StreamExt, TryStreamExt};
use lakequery_types::{Type, nearest};
use tokio::sync::Semaphore;

use super::connection::Connection;
use super::text::Text;
use super::{literal, query};
use crate::arrow::schema::canonical;
use crate::budget::{Budget, TYPE_BYTE};
use crate::error::{Error, Kind, Result};
use crate::http::secrets::Secrets;
use crate::progress::Watch;
use crate::reflect::{
    Pending, ReflectOptions, ReflectedColumn, ReflectedTable, Tables, partition_source,
};
use crate::task::{self, Task, runtime};
use crate::texts::Texts;

/// How many questions are asked at the same time.
const PARALLEL: usize = 4;

/// What every catalog has of its own, and nobody's queries are about.
const INFORMATION_SCHEMA: &str = "information_schema";

/// The connectors that tell what a table is partitioned by only in the statement
/// that would create it.
const HIDDEN_PARTITIONS: [&str; 2] = ["iceberg", "delta_lake"];

/// A schema that is wanted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    /// What the tables' schema is called then.
    called: String,
    catalog: String,
    schema: String,
}

/// The tables of the schemas asked for.
pub(crate) async fn tables(connection: Arc<Connection>, options: ReflectOptions) -> Result<Tables> {
    let mut places = Vec::new();
    if options.schemas.is_empty() {
        let catalog = connection.catalog()?;
        for schema in schemas(&connection, &catalog).await? {
            places.push(Place { called: schema.clone(), catalog: catalog.clone(), schema });
        }
    }
    for called in options.schemas {
        let place = connection.place(called)?;
        let there = schemas(&connection, &place.catalog).await?;
        if !there.contains(&place.schema) {
            let Place { catalog, schema, .. } = place;
            let error = Error::new(
                Kind::NotFound,
                format!("schema `{schema}` does not exist in catalog `{catalog}`"),
            );
            return Err(match nearest(&schema, there.iter().map(String::as_str)) {
                Some(near) => error.help(format!("did you mean `{near}`?")),
                None => error.help(format!("it has {}", there.join(", "))),
            });
        }
        places.push(place);
    }
    places.sort();
    places.dedup();
    let schemas: Vec<Vec<Pending>> = futures::stream::iter(places)
        .map(|place| schema(Arc::clone(&connection), place))
        .buffered(PARALLEL)
        .try_collect()
        .await?;
    Ok(schemas.into_iter().flatten().collect())
}

impl Connection {
    /// The catalog of the session.
    fn catalog(&self) -> Result<String> {
        self.endpoint.session.state().catalog.clone().ok_or_else(|| {
            Error::new(Kind::NotFound, "the URL names no catalog to take schemas from").help(
                format!(
                    "write it as in `{}`, or name schemas as `catalog.schema`",
                    self.endpoint.protocol.example
                ),
            )
        })
    }

    /// The schema that a name means: of the URL's catalog, where it names none.
    fn place(&self, called: String) -> Result<Place> {
        // The engines keep the names of catalogs and schemas in lower case.
        let name = called.to_lowercase();
        let (catalog, schema) = match name.split_once('.') {
            Some((catalog, schema)) => (catalog.to_owned(), schema.to_owned()),
            None if name.is_empty() => {
                let schema = self.endpoint.session.state().schema.clone();
                let schema = schema.ok_or_else(|| {
                    Error::new(Kind::NotFound, "the URL names no schema")
                        .help(format!("write it as in `{}`", self.endpoint.protocol.example))
                })?;
                (self.catalog()?, schema)
            }
            None => (self.catalog()?, name),
        };
        Ok(Place { called, catalog, schema })
    }
}

/// The schemas of a catalog.
async fn schemas(connection: &Arc<Connection>, catalog: &str) -> Result<Vec<String>> {
    let sql = format!(
        "SELECT schema_name FROM {}.information_schema.schemata ORDER BY 1",
        identifier(catalog)
    );
    let names = ask(connection, sql).await?;
    names
        .read(|names| {
            let names = names.rows().filter_map(|[name]| name);
            Ok(names.filter(|name| *name != INFORMATION_SCHEMA).map(str::to_owned).collect())
        })
        .await
}

/// The tables of a schema, all of them read.
async fn schema(connection: Arc<Connection>, place: Place) -> Result<Vec<Pending>> {
    let Place { called, catalog, schema } = place;
    let information = format!("{}.information_schema", identifier(&catalog));
    let is = |column: &str, text: &str| {
        let mut sql = format!("{column} = ");
        literal::quote(&mut sql, text);
        sql
    };
    let listed = format!(
        "SELECT table_name FROM {information}.tables WHERE {} ORDER BY 1",
        is("table_schema", &schema)
    );
    let columns = format!(
        "SELECT table_name, column_name, data_type, is_nullable, comment, extra_info \
         FROM {information}.columns WHERE {} ORDER BY table_name, ordinal_position",
        is("table_schema", &schema)
    );
    let comments = format!(
        "SELECT table_name, comment FROM system.metadata.table_comments WHERE {} AND {}",
        is("catalog_name", &catalog),
        is("schema_name", &schema)
    );
    let connector = format!(
        "SELECT connector_name FROM system.metadata.catalogs WHERE {}",
        is("catalog_name", &catalog)
    );
    let metadata = async {
        if connection.endpoint.protocol.metadata {
            let (comments, connector) = futures::future::join(
                ask::<2>(&connection, comments),
                ask::<1>(&connection, connector),
            )
            .await;
            (comments, connector)
        } else {
            (Ok(Texts::default()), Ok(Texts::default()))
        }
    };
    let (listed, columns, (comments, connector)) = futures::future::join3(
        ask::<1>(&connection, listed),
        ask::<6>(&connection, columns),
        metadata,
    )
    .await;
    // Not every user may read them, and a table without its comment is still one.
    let comments = comments.unwrap_or_default();
    let connector = connector.unwrap_or_default();
    let connector = connector.rows().flatten().flatten().next();
    let hidden = connector.is_some_and(|name| HIDDEN_PARTITIONS.contains(&name));
    let named = called.clone();
    let mut tables = columns?.read(move |columns| described(&named, columns, &comments)).await?;
    let listed: Vec<String> = listed?
        .read(|names| Ok(names.rows().flatten().flatten().map(str::to_owned).collect()))
        .await?;
    let runtime = runtime()?;
    let permits = Arc::new(Semaphore::new(PARALLEL));
    let mut pending = Vec::new();
    for name in listed {
        let table = match tables.remove(&name) {
            Some(table) if hidden => {
                let place = [&catalog, &schema, &name].map(|name| identifier(name)).join(".");
                let (connection, permits) = (Arc::clone(&connection), Arc::clone(&permits));
                let endings = connection.endings.clone();
                let task = Task::ending(&runtime, &endings, async move {
                    let _permit = permits.acquire_owned().await;
                    with_partitions(&connection, &place, table).await
                });
                pending.push(Pending { schema: called.clone(), name, table: Box::pin(task.end()) });
                continue;
            }
            Some(table) => Ok(table),
            None => Err(Error::new(
                Kind::Unsupported,
                format!("catalog `{catalog}` lists the table and can't tell its columns"),
            )
            .help("it may be one that another catalog reads")),
        };
        pending.push(Pending {
            schema: called.clone(),
            name,
            table: Box::pin(std::future::ready(table)),
        });
    }
    Ok(pending)
}

/// The tables of the schema that is called so, by their names.
fn described(
    schema: &str,
    columns: &Texts<6>,
    comments: &Texts<2>,
) -> Result<BTreeMap<String, ReflectedTable>> {
    let comments: BTreeMap<_, _> =
        comments.rows().filter_map(|[table, comment]| Some((table?, comment?))).collect();
    let mut tables: BTreeMap<String, ReflectedTable> = BTreeMap::new();
    let mut budget = Budget::of_texts();
    let stated = |text: &&str| !text.is_empty();
    for [table, name, ty, nullable, comment, extra] in columns.rows() {
        let (Some(table), Some(name), Some(ty)) = (table, name, ty) else { continue };
        budget.charge(ty.len(), TYPE_BYTE)?;
        let comment_of = || comments.get(table).copied().filter(stated).map(str::to_owned);
        let table = tables.entry(table.to_owned()).or_insert_with_key(|table| ReflectedTable {
            schema: schema.to_owned(),
            name: table.clone(),
            comment: comment_of(),
            columns: Vec::new(),
            skipped: Vec::new(),
            partitioned_by: Vec::new(),
            guessed_partitions: 0,
            inferred: false,
        });
        // Hive's connector says `partition key`, Presto's for Iceberg `partition by …`.
        if extra.is_some_and(|extra| extra.starts_with("partition")) {
            table.partitioned_by.push(name.to_owned());
        }
        match Type::parse(ty).ok().filter(|ty| canonical(ty).is_some()) {
            Some(ty) => table.columns.push(ReflectedColumn {
                name: name.to_owned(),
                ty,
                nullable: nullable != Some("NO"),
                comment: comment.filter(stated).map(str::to_owned),
            }),
            None => table.skipped.push((name.to_owned(), ty.to_owned())),
        }
    }
    Ok(tables)
}

/// The table with what the statement that would create it says of its partitions.
async fn with_partitions(
    connection: &Arc<Connection>,
    place: &str,
    mut table: ReflectedTable,
) -> Result<ReflectedTable> {
    // A view has no such statement; and a table whose partitions are not told is
    // still one.
    let created = ask::<1>(connection, format!("SHOW CREATE TABLE {place}")).await;
    let created = created.unwrap_or_default();
    table.partitioned_by =
        partitions(created.rows().flatten().flatten().next().unwrap_or_default());
    table.partitioned_by.retain(|name| table.columns.iter().any(|column| column.name == *name));
    Ok(table)
}

/// What a `CREATE TABLE` has for the property `partitioning` of Iceberg's
/// connector, or `partitioned_by` of Delta Lake's.
fn partitions(created: &str) -> Vec<String> {
    let properties = created.rsplit_once("\nWITH (\n").map_or("", |(_, properties)| properties);
    let list = properties.lines().find_map(|line| {
        let line = line.trim_start();
        let value = line.strip_prefix("partitioning = ARRAY[");
        value.or_else(|| line.strip_prefix("partitioned_by = ARRAY["))
    });
    // Texts in single quotes, between commas and up to a bracket.
    let mut texts = list.unwrap_or_default().split('\'').skip(1);
    let mut columns: Vec<String> = Vec::new();
    let mut partition = String::new();
    while let Some(text) = texts.next() {
        partition.push_str(text);
        match texts.next() {
            // A quote that was written twice.
            Some("") => partition.push('\''),
            _ => {
                columns.extend(partition_source(&partition));
                partition.clear();
            }
        }
    }
    columns.dedup();
    columns
}

/// The name in quotes.
fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The rows of a query all of whose columns are texts.
async fn ask<const N: usize>(connection: &Arc<Connection>, sql: String) -> Result<Texts<N>> {
    let connection = Arc::clone(connection);
    let secrets = Secrets::default();
    let text = Text { sql, prepared: None, shift: 0, reads: true, secrets };
    let (endings, watch) = (connection.endings.clone(), Watch::default());
    let answer =
        task::answer_of(&endings, |sink| query::run(connection, text, watch, sink)).await?;
    let (mut texts, mut batches) = (Texts::default(), answer.batches);
    while let Some(batch) = batches.try_next().await? {
        texts.push(std::array::from_fn(|column| {
            let column = batch.columns().get(column).and_then(|column| column.as_string_opt());
            column.cloned().unwrap_or_else(|| StringArray::new_null(batch.num_rows()))
        }))?;
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::partitions;

    #[test]
    fn partitions_of_tables_as_trino_476_writes_them() {
        for (created, columns) in [
            (
                "CREATE TABLE iceberg.pt.i (\n   a bigint NOT NULL COMMENT 'the a'\n)\n\
                 COMMENT 'ice'\nWITH (\n   format = 'PARQUET',\n   \
                 partitioning = ARRAY['day(d)','\"s''s\"','bucket(a, 4)']\n)",
                &["d", "s's", "a"][..],
            ),
            (
                "CREATE TABLE delta.t (\n   a bigint\n)\nCOMMENT 'partitioned_by = ARRAY[''a'']'\n\
                 WITH (\n   location = 'local:///t',\n   partitioned_by = ARRAY['a','b c']\n)",
                &["a", "b c"],
            ),
            ("CREATE TABLE t (\n   a bigint\n)\nWITH (\n   format = 'ORC'\n)", &[]),
            ("CREATE TABLE t (\n   a bigint\n)", &[]),
            ("", &[]),
        ] {
            assert_eq!(partitions(created), columns, "{created}");
        }
    }
}
