//! Reflection: the tables and views of Spark's catalog, with their columns.
//!
//! Names, types and comments come from `DESCRIBE TABLE EXTENDED`, which every
//! kind of table has. No command tells of every kind which columns can be NULL,
//! but the optimizer knows: it makes `false` of `x IS NULL` where `x` can't be.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::Shared;
use crate::arrow::schema::canonical;
use crate::error::Result;
use crate::reflect::{
    Pending, ReflectOptions, ReflectedColumn, ReflectedTable, Tables, partition_source,
};
use crate::rendered::Rendered;
use crate::spark_sql::literal::quoted;
use crate::spark_sql::spark_type::SparkType;
use crate::task::{Task, runtime};

/// How many tables are read at once.
const AT_ONCE: usize = 4;

/// All tables, each being read already.
pub(super) async fn tables(shared: Arc<Shared>, options: ReflectOptions) -> Result<Tables> {
    let mut schemas = options.schemas;
    if schemas.is_empty() {
        schemas = shared.names("SHOW DATABASES").await?.into_iter().map(|[name]| name).collect();
    }
    schemas.sort_unstable();
    schemas.dedup();
    let mut names = Vec::new();
    for schema in schemas {
        let mut sql = String::from("SHOW TABLES");
        // The one without a name is the session's own.
        if !schema.is_empty() {
            sql.push_str(" IN ");
            quoted(&mut sql, &schema);
        }
        // Temporary views are in no schema.
        for [namespace, name] in shared.names(&sql).await? {
            if !namespace.is_empty() {
                names.push((schema.clone(), name));
            }
        }
    }
    names.sort_unstable();
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    let runtime = runtime()?;
    Ok(names
        .into_iter()
        .map(|(schema, name)| {
            let (shared, permits) = (Arc::clone(&shared), Arc::clone(&permits));
            let (in_schema, named) = (schema.clone(), name.clone());
            let endings = shared.server.endings.clone();
            let task = Task::ending(&runtime, &endings, async move {
                let _permit = permits.acquire_owned().await;
                table(&shared, in_schema, named).await
            });
            Pending { schema, name, table: Box::pin(task.end()) }
        })
        .collect())
}

async fn table(shared: &Shared, schema: String, name: String) -> Result<ReflectedTable> {
    let mut place = String::new();
    if !schema.is_empty() {
        quoted(&mut place, &schema);
        place.push('.');
    }
    quoted(&mut place, &name);
    let sql = format!("DESCRIBE TABLE EXTENDED {place}");
    let rows = shared.texts(&sql, &Rendered::plain(&sql)).await?;
    let told = rows.read(|rows| Ok(read(rows.rows()))).await?;
    let never_null = if told.columns.is_empty() {
        Vec::new()
    } else {
        let plan = shared.names::<1>(&never_null_query(&told.columns, &place)).await?;
        never_null(&plan.concat().concat(), told.columns.len())
    };
    let mut table = ReflectedTable {
        schema,
        name,
        comment: told.comment,
        columns: Vec::new(),
        skipped: Vec::new(),
        partitioned_by: told.partitioned_by,
        guessed_partitions: 0,
        inferred: false,
    };
    for ((name, ty, comment), never_null) in told.columns.into_iter().zip(never_null) {
        let lake = SparkType::parse(&ty).map(|ty| ty.lake());
        match lake.filter(|ty| canonical(ty).is_some()) {
            Some(ty) => {
                table.columns.push(ReflectedColumn { name, ty, nullable: !never_null, comment });
            }
            None => table.skipped.push((name, ty)),
        }
    }
    Ok(table)
}

/// What `DESCRIBE TABLE EXTENDED` tells.
#[derive(Debug, Default, PartialEq)]
struct Told {
    /// Names, types and comments.
    columns: Vec<(String, String, Option<String>)>,
    comment: Option<String>,
    partitioned_by: Vec<String>,
}

/// The columns come first, up to a row with no name or a heading. Then there are
/// sections, each with its heading.
fn read<'a>(rows: impl Iterator<Item = [Option<&'a str>; 3]>) -> Told {
    let mut told = Told::default();
    let text = |text: String| Some(text).filter(|text| !text.is_empty());
    let (mut columns, mut section) = (true, String::new());
    for row in rows {
        let [name, ty, comment] = row.map(|text| text.unwrap_or_default().to_owned());
        columns &= !(name.is_empty() || name.starts_with("# "));
        if columns {
            told.columns.push((name, ty, text(comment)));
            continue;
        }
        match section.as_str() {
            _ if name == "# col_name" => {}
            _ if name.is_empty() || name.starts_with("# ") => section = name,
            "# Partition Information" => told.partitioned_by.push(name),
            // `Part 0` and so on.
            "# Partitioning" => told.partitioned_by.extend(partition_source(&ty)),
            "# Detailed Table Information" if name == "Comment" => told.comment = text(ty),
            _ => {}
        }
    }
    told.partitioned_by.retain(|name| told.columns.iter().any(|(column, ..)| column == name));
    told
}

fn never_null_query(columns: &[(String, String, Option<String>)], place: &str) -> String {
    let mut sql = String::from("EXPLAIN EXTENDED SELECT ");
    for (i, (name, ..)) in columns.iter().enumerate() {
        sql.push_str(if i > 0 { ", " } else { "" });
        quoted(&mut sql, name);
        sql.push_str(&format!(" IS NULL AS n{i}"));
    }
    sql.push_str(" FROM ");
    sql.push_str(place);
    sql
}

/// Which columns the optimized plan says are never NULL.
fn never_null(plan: &str, columns: usize) -> Vec<bool> {
    let optimized = plan.split_once("== Optimized Logical Plan ==").map_or("", |(_, plan)| plan);
    let optimized = optimized.split("== Physical Plan ==").next().unwrap_or_default();
    (0..columns).map(|i| optimized.contains(&format!("false AS n{i}#"))).collect()
}

impl Shared {
    /// Runs a statement about names; NULL is the empty text.
    async fn names<const N: usize>(&self, sql: &str) -> Result<Vec<[String; N]>> {
        let texts = self.texts(sql, &Rendered::plain(sql)).await?;
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        texts.read(move |texts| Ok(texts.rows().map(|row| row.map(text)).collect())).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_spark_tells_of_a_table_is_read() {
        let row = |cells: [&'static str; 3]| cells.map(Some);
        let told = read(
            [
                row(["a", "int", "the a"]),
                row(["# Partition Information", "", ""]),
                row(["# col_name", "data_type", "comment"]),
                row(["a", "int", "the a"]),
                row(["", "", ""]),
                row(["Comment", "", ""]),
                row(["# Detailed Table Information", "", ""]),
                row(["Type", "MANAGED", ""]),
                row(["Comment", "tc", ""]),
            ]
            .into_iter(),
        );
        assert_eq!(
            told,
            Told {
                columns: vec![("a".into(), "int".into(), Some("the a".into()))],
                comment: Some("tc".into()),
                partitioned_by: vec!["a".into()],
            }
        );
        let told = read(
            [
                row(["a", "int", ""]),
                row(["b", "timestamp", ""]),
                row(["", "", ""]),
                row(["# Partitioning", "", ""]),
                row(["Part 0", "days(b)", ""]),
                row(["Part 1", "bucket(4, a)", ""]),
            ]
            .into_iter(),
        );
        assert_eq!(told.partitioned_by, ["b", "a"]);
        let plan = "== Analyzed Logical Plan ==\nProject [false AS n0#1]\n\
                    == Optimized Logical Plan ==\nProject [isnull(a#3) AS n0#1, false AS n1#2]\n\
                    == Physical Plan ==\nProject [false AS n0#1]";
        assert_eq!(never_null(plan, 11), (0..11).map(|i| i == 1).collect::<Vec<_>>());
    }
}
