//! [`Query`]: a checked query with its parameters, ready to be fetched.

use std::fmt;

use arrow_schema::SchemaRef;
use lakequery_types::{Engine, Statement, Table};

use crate::arrow::schema::Expected;
use crate::backend::Request;
use crate::error::{Error, Kind, Result};
use crate::fit::fit_arguments;
use crate::lake::Lake;
use crate::progress::{Progress, Watch};
use crate::rows::{Decoder, Rows};
use crate::run::{self, ArrowStream, Run};
use crate::statement::{self, Argument, Column, show};
use crate::value::Value;

/// A query that was checked while the program was compiled, with its
/// parameters; `query!` and its siblings make it.
///
/// Nothing is sent before one of the verbs is awaited or its stream is read.
#[must_use = "a query does nothing unless it is fetched or executed"]
pub struct Query<R> {
    /// What [`Statement::write`] wrote.
    statement: &'static str,
    /// What [`Table::write`] wrote.
    tables: &'static str,
    arguments: Vec<Argument>,
    decode: Decoder<R>,
    watch: Watch,
}

impl<R> Query<R> {
    /// What the macros call.
    #[doc(hidden)]
    pub fn new(
        statement: &'static str,
        decode: fn(crate::__private::Row<'_>) -> Result<R>,
    ) -> Query<R> {
        Query { statement, tables: "", arguments: Vec::new(), decode, watch: Watch::default() }
    }

    /// Says what the query was told of its tables: what the macros call.
    #[doc(hidden)]
    pub fn __tables(mut self, tables: &'static str) -> Query<R> {
        self.tables = tables;
        self
    }

    /// Binds the next parameter: what the macros call.
    #[doc(hidden)]
    pub fn __bind(mut self, value: Value) -> Query<R> {
        self.arguments.push(Argument::One(value));
        self
    }

    /// Binds the next parameter, a list: what the macros call.
    #[doc(hidden)]
    pub fn __bind_list(mut self, values: Vec<Value>) -> Query<R> {
        self.arguments.push(Argument::List(values));
        self
    }

    fn run(self, lake: &Lake) -> Run {
        let Query { statement, tables, arguments, watch, .. } = self;
        match statement::read(statement) {
            Ok(statement) => {
                let request = request(&statement, tables, arguments, watch, lake.engine());
                Run::new(lake, statement.location, statement.columns.clone(), request)
            }
            Err(error) => Run::new(lake, "", Vec::new(), Err(error)),
        }
    }

    /// Has a function called whenever the engine says how far it is, and once
    /// more after the last row. It runs where the query does: it must be quick.
    pub fn on_progress(mut self, observer: impl Fn(&Progress) + Send + Sync + 'static) -> Query<R> {
        self.watch = Watch::new(observer);
        self
    }

    /// The rows, as they come. Dropping the stream cancels the query.
    ///
    /// The stream is a `futures::Stream` of `Result<R>`:
    ///
    /// ```no_run
    /// # async fn example(query: lakequery::Query<i64>, lake: &lakequery::Lake) -> lakequery::Result<()> {
    /// let mut rows = query.fetch(lake);
    /// while let Some(row) = rows.next().await {
    ///     println!("{}", row?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn fetch(self, lake: &Lake) -> Rows<R> {
        let decode = self.decode;
        Rows::new(self.run(lake), decode)
    }

    /// All rows.
    ///
    /// # Errors
    ///
    /// When the query fails at any point: a result is whole or an error.
    pub fn fetch_all(self, lake: &Lake) -> impl Future<Output = Result<Vec<R>>> + use<R> {
        self.fetch(lake).all()
    }

    /// The only row.
    ///
    /// # Errors
    ///
    /// When the query fails, has no row, or more than one.
    pub fn fetch_one(self, lake: &Lake) -> impl Future<Output = Result<R>> + use<R> {
        self.fetch(lake).one()
    }

    /// The only row, if there is one.
    ///
    /// # Errors
    ///
    /// When the query fails, or has more than one row.
    pub fn fetch_optional(self, lake: &Lake) -> impl Future<Output = Result<Option<R>>> + use<R> {
        self.fetch(lake).optional()
    }

    /// The result as Arrow batches.
    ///
    /// # Errors
    ///
    /// When the query can't be started; later errors come through the stream.
    pub fn fetch_arrow(self, lake: &Lake) -> impl Future<Output = Result<ArrowStream>> + use<R> {
        self.run(lake).arrow()
    }

    /// Runs the query to its end and says how many rows it wrote.
    ///
    /// # Errors
    ///
    /// When the query fails.
    pub fn execute(self, lake: &Lake) -> impl Future<Output = Result<u64>> + use<R> {
        self.run(lake).execute()
    }

    /// Has the engine check the query without running it, and says what columns
    /// it has.
    ///
    /// # Errors
    ///
    /// When the engine refuses the query, or its columns are not those that it
    /// was compiled for.
    pub fn describe(self, lake: &Lake) -> impl Future<Output = Result<SchemaRef>> + Send + use<R> {
        let Query { statement, tables, arguments, watch, .. } = self;
        match statement::read(statement) {
            Ok(statement) => {
                let request = request(&statement, tables, arguments, watch, lake.engine());
                run::describe(lake, statement.location, request)
            }
            Err(error) => run::describe(lake, "", Err(error)),
        }
    }

    /// The SQL that an engine gets, with `?` for the parameters; `None` when
    /// the query was not compiled for it.
    pub fn sql(&self, engine: Engine) -> Option<String> {
        statement::read(self.statement).ok()?.pieces(engine).map(show)
    }
}

fn request<'a>(
    statement: &'a Statement<'static>,
    tables: &'static str,
    arguments: Vec<Argument>,
    watch: Watch,
    engine: Engine,
) -> Result<Request<'a>> {
    let pieces = statement.pieces(engine).ok_or_else(|| {
        let message = format!("this query was not compiled for {engine}");
        Error::new(Kind::Unsupported, message)
            .help(format!("add \"{engine}\" to `targets` in lake.toml"))
    })?;
    let (arguments, types) = fit_arguments(arguments, &statement.parameters)?;
    let tables = match tables {
        tables if tables.is_empty() || !engine.reads_files() => Vec::new(),
        tables => Table::read(tables).ok_or_else(statement::unknown)?,
    };
    let expected = |column: &Column<'static>| Expected { name: column.name, ty: column.ty.clone() };
    Ok(Request {
        pieces,
        arguments,
        types,
        expected: Some(statement.columns.iter().map(expected).collect()),
        tables,
        watch,
    })
}

impl<R> Clone for Query<R> {
    fn clone(&self) -> Query<R> {
        Query {
            statement: self.statement,
            tables: self.tables,
            arguments: self.arguments.clone(),
            decode: self.decode,
            watch: self.watch.clone(),
        }
    }
}

impl<R> fmt::Debug for Query<R> {
    /// Says where the query stands; its parameters may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let location = statement::read(self.statement).map_or("", |statement| statement.location);
        f.debug_struct("Query").field("location", &location).finish_non_exhaustive()
    }
}
