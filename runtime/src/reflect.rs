//! Reflection: which tables a lake has, and what columns they have.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_core::future::BoxFuture;
use lakequery_types::{Engine, Type};

use crate::error::{Error, Result};

/// What to reflect.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReflectOptions {
    /// The schemas; all of them where this is empty.
    pub schemas: Vec<String>,
}

impl ReflectOptions {
    /// All schemas.
    pub fn all() -> ReflectOptions {
        ReflectOptions::default()
    }

    /// These schemas only; all of them where there are none.
    pub fn schemas(schemas: impl IntoIterator<Item = impl Into<String>>) -> ReflectOptions {
        ReflectOptions { schemas: schemas.into_iter().map(Into::into).collect() }
    }
}

/// A table as the engine knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReflectedTable {
    /// Its schema.
    pub schema: String,
    /// Its name, in the case the engine keeps it.
    pub name: String,
    /// What the engine says about it.
    pub comment: Option<String>,
    /// Its columns, in their order.
    pub columns: Vec<ReflectedColumn>,
    /// The columns that are of no type of lake SQL, which queries can't use:
    /// each one's name and what type it has.
    pub skipped: Vec<(String, String)>,
    /// The columns that its files are partitioned by, the outermost first; of a
    /// partition by `day(x)` it is `x`. Empty also where the engine does not tell.
    pub partitioned_by: Vec<String>,
    /// From how many partitions the types of the columns that it is partitioned by were
    /// guessed, where only the names of folders have their values; else 0.
    pub guessed_partitions: usize,
    /// Whether the types were guessed from the rows (CSV and JSON), so that rows that
    /// are added may not agree.
    pub inferred: bool,
}

/// A column as the engine knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReflectedColumn {
    /// Its name, in the case the engine keeps it.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// Whether it can be NULL.
    pub nullable: bool,
    /// What the engine says about it.
    pub comment: Option<String>,
}

/// The column that a partition is made of: itself, or the argument of a function,
/// such as `day(x)` or `bucket(4, x)`. Names in it may be quoted.
#[cfg(any(test, feature = "_coordinator", feature = "spark"))]
pub(crate) fn partition_source(partition: &str) -> Option<String> {
    let partition = partition.trim();
    for quote in ['"', '`'] {
        if let Some((_, rest)) = partition.split_once(quote) {
            let double = [quote, quote].iter().collect::<String>();
            let end = rest.replace(&double, "\0\0").find(quote)?;
            return rest.get(..end).map(|name| name.replace(&double, &quote.to_string()));
        }
    }
    let arguments = match partition.split_once('(') {
        Some((_, rest)) => rest.strip_suffix(')')?,
        None => partition,
    };
    let mut arguments = arguments.split(',').map(str::trim);
    let name = arguments.find(|argument| !argument.bytes().all(|byte| byte.is_ascii_digit()))?;
    Some(name.to_owned())
}

/// A table that is there but not read yet.
pub(crate) struct Pending {
    pub(crate) schema: String,
    pub(crate) name: String,
    pub(crate) table: BoxFuture<'static, Result<ReflectedTable>>,
}

/// All tables that are there, by schema and name.
#[derive(Default)]
pub(crate) struct Tables {
    pub(crate) pending: VecDeque<Pending>,
    /// What lies among them and is not a table, and why.
    pub(crate) passed_over: Vec<String>,
}

impl FromIterator<Pending> for Tables {
    fn from_iter<I: IntoIterator<Item = Pending>>(tables: I) -> Tables {
        Tables { pending: tables.into_iter().collect(), passed_over: Vec::new() }
    }
}

/// The tables of a lake, read one by one, by schema and name;
/// [`Lake::reflect`](crate::Lake::reflect) makes it.
///
/// It is a [`Stream`]. A table that can't be read is an error, after which the
/// other tables follow.
///
/// ```no_run
/// # async fn example(lake: &lakequery::Lake) -> lakequery::Result<()> {
/// use lakequery::reflect::ReflectOptions;
///
/// let mut reflection = lake.reflect(ReflectOptions::all()).await?;
/// println!("{} tables", reflection.remaining());
/// while let Some(table) = reflection.next().await {
///     let table = table?;
///     println!("{}.{}: {} columns", table.schema, table.name, table.columns.len());
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "tables are only read when asked for"]
pub struct Reflection {
    tables: VecDeque<Pending>,
    passed_over: Vec<String>,
    engine: Engine,
}

impl Reflection {
    pub(crate) fn new(tables: Tables, engine: Engine) -> Reflection {
        let Tables { pending, passed_over } = tables;
        Reflection { tables: pending, passed_over, engine }
    }

    /// What lies among the tables and is not one, each with the reason: in a
    /// folder of files, those of no format that the engine reads.
    pub fn passed_over(&self) -> &[String] {
        &self.passed_over
    }

    /// How many tables are still to come.
    pub fn remaining(&self) -> usize {
        self.tables.len()
    }

    /// The schema and name of the table that comes next.
    pub fn upcoming(&self) -> Option<(&str, &str)> {
        self.tables.front().map(|table| (table.schema.as_str(), table.name.as_str()))
    }

    /// The next table; `None` after the last.
    pub async fn next(&mut self) -> Option<Result<ReflectedTable>> {
        std::future::poll_fn(|cx| self.poll_table(cx)).await
    }

    /// All tables.
    ///
    /// # Errors
    ///
    /// When one of them can't be read.
    pub async fn all(mut self) -> Result<Vec<ReflectedTable>> {
        let mut tables = Vec::with_capacity(self.remaining());
        while let Some(table) = self.next().await {
            tables.push(table?);
        }
        Ok(tables)
    }

    fn poll_table(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<ReflectedTable>>> {
        let Some(pending) = self.tables.front_mut() else {
            return Poll::Ready(None);
        };
        let table = std::task::ready!(pending.table.as_mut().poll(cx));
        self.tables.pop_front();
        let engine = self.engine;
        Poll::Ready(Some(table.map_err(|error: Error| error.at_engine(engine))))
    }
}

impl Stream for Reflection {
    type Item = Result<ReflectedTable>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_table(cx)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.tables.len(), Some(self.tables.len()))
    }
}

impl fmt::Debug for Reflection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reflection").field("remaining", &self.remaining()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partitions_are_made_of_columns() {
        for (partition, column) in [
            ("d", Some("d")),
            ("day(d)", Some("d")),
            ("bucket(a, 4)", Some("a")),
            ("bucket(4, a)", Some("a")),
            ("\"s's\"", Some("s's")),
            ("truncate(\"a\"\"(b\", 2)", Some("a\"(b")),
            ("days(`a b`)", Some("a b")),
            ("bucket(4)", None),
            ("day(d", None),
            ("\"d", None),
            ("", None),
        ] {
            assert_eq!(partition_source(partition).as_deref(), column, "{partition}");
        }
    }
}
