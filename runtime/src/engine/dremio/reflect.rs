//! Reflection: the tables and views that Dremio lists, with the columns that a plan of
//! `SELECT * FROM` each has. Nothing runs on them; the types are exact, and those of nested
//! columns, which its lists do not tell, are known, too.

use std::collections::BTreeSet;
use std::sync::Arc;

use lakequery_types::nearest;
use tokio::sync::Semaphore;

use super::server::Server;
use super::{path, query};
use crate::arrow::schema::canonical;
use crate::error::{Error, Kind, Result};
use crate::flight_sql::columns::logical_of;
use crate::reflect::{Pending, ReflectOptions, ReflectedColumn, ReflectedTable, Tables};
use crate::rendered::Rendered;
use crate::task::{Task, runtime};

/// How many tables are planned at once.
const AT_ONCE: usize = 8;

/// The schemas that there are: folders, spaces and sources, each as its path with points.
const SCHEMAS: &str = "SELECT SCHEMA_NAME FROM INFORMATION_SCHEMA.\"SCHEMATA\"";

/// The tables and views of them all. The server's own are `SYSTEM_TABLE`s.
const TABLES: &str = "SELECT TABLE_SCHEMA, TABLE_NAME FROM INFORMATION_SCHEMA.\"TABLES\" WHERE \
                      TABLE_TYPE IN ('TABLE', 'VIEW')";

/// A schema that is wanted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    /// What the tables' schema is called then.
    called: String,
    /// Its path, with points between the parts and no quotes, as the server lists it.
    listed: String,
    /// Its parts. Where a part may have points in it, those that it may have.
    parts: Vec<Vec<String>>,
}

impl Place {
    /// A schema that is wanted by a name; by the empty name, that of the session.
    fn wanted(server: &Server, called: String, known: &Known) -> Result<Place> {
        let parts = match called.is_empty() {
            true => server.schema.clone().ok_or_else(|| {
                Error::new(Kind::NotFound, "the URL names no schema, whose tables are wanted")
                    .help(format!("write it as in `{}`", super::url::EXAMPLE))
            })?,
            false => path::parse(&called).ok_or_else(|| {
                Error::new(Kind::NotFound, format!("`{called}` can't be the path of a schema"))
                    .help("write its parts with points between them")
            })?,
        };
        let listed = parts.join(".");
        let parts = match called.contains('"') || called.is_empty() {
            true => vec![parts],
            false => known.parts(&listed),
        };
        Ok(Place { called, listed, parts })
    }

    /// A schema as the server lists it.
    fn listed(name: &str, known: &Known) -> Place {
        Place { called: name.to_owned(), listed: name.to_owned(), parts: known.parts(name) }
    }
}

/// The schemas that the server lists.
struct Known(Vec<String>, BTreeSet<String>);

impl Known {
    fn new(names: Vec<String>) -> Known {
        let lower = names.iter().map(|name| name.to_lowercase()).collect();
        Known(names, lower)
    }

    fn has(&self, name: &str) -> bool {
        self.1.contains(&name.to_lowercase())
    }

    /// The parts of a path without quotes: each ends where a schema does that is listed. If the
    /// lists leave schemas out, at each point.
    fn parts(&self, listed: &str) -> Vec<Vec<String>> {
        let plain: Vec<String> = listed.split('.').map(str::to_owned).collect();
        let (mut parts, mut from) = (Vec::new(), 0);
        let ends = listed.match_indices('.').map(|(at, _)| at).chain([listed.len()]);
        for end in ends {
            if end == listed.len() || self.has(&listed[..end]) {
                parts.push(listed[from..end].to_owned());
                from = end + 1;
            }
        }
        match parts == plain {
            true => vec![parts],
            false => vec![parts, plain],
        }
    }
}

/// All tables, each being planned already.
pub(super) async fn tables(server: Arc<Server>, options: ReflectOptions) -> Result<Tables> {
    let runtime = runtime()?;
    let asked = Arc::clone(&server);
    let listed = async move {
        let known = Known::new(names::<1>(&asked, SCHEMAS).await?.into_iter().flatten().collect());
        listed(&asked, options.schemas, &known).await
    };
    let tables = Task::ending(&runtime, &server.connection.endings, listed).end().await?;
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    Ok(tables
        .into_iter()
        .map(|(place, name)| {
            let (schema, named) = (place.called.clone(), name.clone());
            let (server, permits) = (Arc::clone(&server), Arc::clone(&permits));
            let task = Task::spawn(&runtime, async move {
                let _permit = permits.acquire_owned().await;
                table(&server, &place, named).await
            });
            Pending { schema, name, table: Box::pin(task.end()) }
        })
        .collect())
}

/// The tables of the schemas that are wanted, of all where there are none.
async fn listed(
    server: &Server,
    wanted: Vec<String>,
    known: &Known,
) -> Result<Vec<(Place, String)>> {
    let all = wanted.is_empty();
    let places = wanted.into_iter().map(|called| Place::wanted(server, called, known));
    let mut places = places.collect::<Result<Vec<Place>>>()?;
    places.sort_unstable();
    places.dedup();
    let mut sql = TABLES.to_owned();
    if !all {
        let names = places.iter().map(|place| place.listed.to_lowercase().replace('\'', "''"));
        let names: Vec<String> = names.map(|name| format!("'{name}'")).collect();
        sql.push_str(&format!(" AND LOWER(TABLE_SCHEMA) IN ({})", names.join(", ")));
    }
    let mut tables = Vec::new();
    for [schema, name] in names(server, &sql).await? {
        if all {
            tables.push((Place::listed(&schema, known), name));
            continue;
        }
        let same = |place: &&Place| place.listed.to_lowercase() == schema.to_lowercase();
        tables.extend(places.iter().filter(same).map(|place| (place.clone(), name.clone())));
    }
    tables.sort_unstable();
    tables.dedup();
    let empty = |place: &&Place| !tables.iter().any(|(other, _)| other == *place);
    let missing = places.iter().filter(empty).find(|place| !known.has(&place.listed));
    match missing {
        Some(place) => Err(not_found(&place.listed, known)),
        None => Ok(tables),
    }
}

#[cold]
fn not_found(schema: &str, known: &Known) -> Error {
    let error = Error::new(Kind::NotFound, format!("the schema `{schema}` does not exist"));
    match nearest(schema, known.0.iter().map(String::as_str)) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => {
            let some: Vec<&str> = known.0.iter().take(20).map(String::as_str).collect();
            error.help(format!("there are {}", some.join(", ")))
        }
    }
}

async fn table(server: &Server, place: &Place, name: String) -> Result<ReflectedTable> {
    let mut plans = Vec::new();
    for parts in &place.parts {
        let names = parts.iter().map(String::as_str).chain([name.as_str()]);
        let sql = Rendered::plain(format!("SELECT * FROM {}", path::written(names)));
        match query::plan(server, &sql, true).await {
            Err(error) if error.is_not_found() => plans.push(Err(error)),
            plan => {
                plans = vec![plan];
                break;
            }
        }
    }
    // The first reading of the path is the likely one.
    let schema = match plans.into_iter().next() {
        Some(plan) => plan?.schema()?,
        None => return Err(Error::new(Kind::Internal, "a schema has no path")),
    };
    let mut table = ReflectedTable {
        schema: place.called.clone(),
        name,
        comment: None,
        columns: Vec::new(),
        skipped: Vec::new(),
        partitioned_by: Vec::new(),
        guessed_partitions: 0,
        inferred: false,
    };
    for field in schema.fields() {
        let name = field.name().clone();
        match logical_of(field.data_type()).filter(|ty| canonical(ty).is_some()) {
            // No plan and no list says that a column is never NULL.
            Some(ty) => {
                table.columns.push(ReflectedColumn { name, ty, nullable: true, comment: None })
            }
            None => table.skipped.push((name, format!("Arrow's {}", field.data_type()))),
        }
    }
    Ok(table)
}

/// Runs a query about names; NULL is the empty text.
async fn names<const N: usize>(server: &Server, sql: &str) -> Result<Vec<[String; N]>> {
    let texts = query::texts(server, sql).await?;
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    texts.read(move |texts| Ok(texts.rows().map(|row| row.map(text)).collect())).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_end_where_schemas_do() {
        let names = ["Samples", "Samples.samples.dremio.com", "lake", "lake.a", "@me"];
        let known = Known::new(names.map(str::to_owned).to_vec());
        for (listed, parts) in [
            ("lake", &[&["lake"][..]][..]),
            ("lake.a", &[&["lake", "a"]]),
            ("LAKE.A.b", &[&["LAKE", "A", "b"]]),
            (
                "Samples.samples.dremio.com",
                &[&["Samples", "samples.dremio.com"], &["Samples", "samples", "dremio", "com"]],
            ),
            ("other.x", &[&["other.x"], &["other", "x"]]),
        ] {
            assert_eq!(known.parts(listed), parts, "{listed}");
        }
    }
}
