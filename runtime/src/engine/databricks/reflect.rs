//! Reflection: the tables and views of a catalog, with their columns, each by one
//! `DESCRIBE TABLE EXTENDED … AS JSON`.

use std::sync::Arc;

use lakequery_types::nearest;
use tokio::sync::Semaphore;

use super::told::Told;
use crate::arrow::schema::canonical;
use crate::error::{Error, Kind, Result};
use crate::reflect::{Pending, ReflectOptions, ReflectedColumn, ReflectedTable, Tables};
use crate::rendered::Rendered;
use crate::spark_sql::literal::quoted;
use crate::statement_execution::connection::Connection;
use crate::statement_execution::query;
use crate::task::{Task, runtime};

/// How many tables are read at once.
const AT_ONCE: usize = 8;

/// What every catalog has of its own, and nobody's queries are about.
const INFORMATION_SCHEMA: &str = "information_schema";

/// A schema that is wanted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    /// What the tables' schema is called then.
    called: String,
    /// The session's own, where there is none.
    catalog: Option<String>,
    schema: String,
}

impl Place {
    /// That of a name, which may have a catalog before it.
    fn of(called: String) -> Place {
        let (catalog, schema) = match called.split_once('.') {
            Some((catalog, schema)) => (Some(catalog.to_owned()), schema.to_owned()),
            None => (None, called.clone()),
        };
        Place { called, catalog, schema }
    }

    /// It, or a table in it, as SQL names it; the session's own schema has no name.
    fn written(&self, table: Option<&str>) -> String {
        let schema = (!self.schema.is_empty()).then_some(self.schema.as_str());
        let mut sql = String::new();
        for part in [self.catalog.as_deref(), schema, table].into_iter().flatten() {
            sql.push_str(if sql.is_empty() { "" } else { "." });
            quoted(&mut sql, part);
        }
        sql
    }
}

/// All tables, each being read already.
pub(super) async fn tables(connection: Arc<Connection>, options: ReflectOptions) -> Result<Tables> {
    let mut places: Vec<Place> = options.schemas.into_iter().map(Place::of).collect();
    if places.is_empty() {
        let schemas = names::<1>(&connection, "SHOW SCHEMAS").await?.into_iter().flatten();
        places = schemas.filter(|name| name != INFORMATION_SCHEMA).map(Place::of).collect();
    } else {
        check(&connection, &places).await?;
    }
    places.sort_unstable();
    places.dedup();
    let mut tables = Vec::new();
    for place in places {
        let mut sql = String::from("SHOW TABLES");
        let written = place.written(None);
        if !written.is_empty() {
            sql.push_str(" IN ");
            sql.push_str(&written);
        }
        for [namespace, name] in names(&connection, &sql).await? {
            // Temporary views are in no schema.
            if !namespace.is_empty() {
                tables.push((place.clone(), name));
            }
        }
    }
    tables.sort_unstable();
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    let runtime = runtime()?;
    Ok(tables
        .into_iter()
        .map(|(place, name)| {
            let (schema, named) = (place.called.clone(), name.clone());
            let (connection, permits) = (Arc::clone(&connection), Arc::clone(&permits));
            let endings = connection.endings.clone();
            let task = Task::ending(&runtime, &endings, async move {
                let _permit = permits.acquire_owned().await;
                table(&connection, &place, named).await
            });
            Pending { schema, name, table: Box::pin(task.end()) }
        })
        .collect())
}

/// Makes sure that schemas are there.
async fn check(connection: &Arc<Connection>, places: &[Place]) -> Result<()> {
    for place in places.iter().filter(|place| !place.schema.is_empty()) {
        let mut sql = String::from("SHOW SCHEMAS");
        if let Some(catalog) = &place.catalog {
            sql.push_str(" IN ");
            quoted(&mut sql, catalog);
        }
        let there: Vec<String> =
            names::<1>(connection, &sql).await?.into_iter().flatten().collect();
        if there.iter().any(|name| name.eq_ignore_ascii_case(&place.schema)) {
            continue;
        }
        let schema = &place.schema;
        let of = place.catalog.as_ref();
        let of =
            of.map_or_else(|| "the session's catalog".into(), |name| format!("catalog `{name}`"));
        let error = Error::new(Kind::NotFound, format!("{of} does not have the schema `{schema}`"));
        return Err(match nearest(schema, there.iter().map(String::as_str)) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error.help(format!(
                "it has {}; `catalog` in the URL names another catalog",
                there.join(", ")
            )),
        });
    }
    Ok(())
}

async fn table(
    connection: &Arc<Connection>,
    place: &Place,
    name: String,
) -> Result<ReflectedTable> {
    let sql = format!("DESCRIBE TABLE EXTENDED {} AS JSON", place.written(Some(&name)));
    let text: Vec<[String; 1]> = names(connection, &sql).await?;
    let told = Told::parse(&text.concat().concat()).map_err(|reason| {
        let (at, expected) = (reason.at, reason.expected);
        let message = format!(
            "what the server tells of the table `{name}` can't be read: expected {expected} at \
             byte {at}"
        );
        Error::new(Kind::BrokenData, message)
    })?;
    let mut table = ReflectedTable {
        schema: place.called.clone(),
        name,
        comment: told.comment,
        columns: Vec::new(),
        skipped: Vec::new(),
        partitioned_by: told.partitioned_by,
        guessed_partitions: 0,
        inferred: false,
    };
    for column in told.columns {
        let (name, nullable, comment) = (column.name, column.nullable, column.comment);
        match column.ty {
            Ok(ty) if canonical(&ty).is_some() => {
                table.columns.push(ReflectedColumn { name, ty, nullable, comment });
            }
            Ok(ty) => table.skipped.push((name, ty.to_string())),
            Err(ty) => table.skipped.push((name, ty)),
        }
    }
    Ok(table)
}

/// Runs a statement about names; NULL is the empty text.
async fn names<const N: usize>(
    connection: &Arc<Connection>,
    sql: &str,
) -> Result<Vec<[String; N]>> {
    let texts = query::texts(connection, sql, &Rendered::plain(sql)).await?;
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    texts.read(move |texts| Ok(texts.rows().map(|row| row.map(text)).collect())).await
}
