//! Rows: the one place where batches become typed rows.

use std::collections::VecDeque;
use std::fmt;
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use arrow_array::RecordBatch;
use futures_core::Stream;
use lakequery_types::{Type, columns_there, same_name};

use crate::arrow::cell::{Cell, Column};
use crate::arrow::decode::Decode;
use crate::arrow::decode_error::{DecodeError, UnexpectedNull};
use crate::arrow::{nulls, schema};
use crate::error::{Error, Kind, Result};
use crate::run::{Origin, Run};

/// A row as the code that the macros write reads it.
#[derive(Clone, Copy, Debug)]
pub struct TypedRow<'a> {
    batch: &'a Arc<RecordBatch>,
    columns: &'a [Column<'a>],
    row: usize,
}

impl TypedRow<'_> {
    /// The value of the column of this index, which is known to fit.
    ///
    /// # Errors
    ///
    /// When it can't be read into `T`.
    #[inline]
    pub fn read<T: Decode>(&self, index: usize) -> Result<T> {
        match self.columns.get(index) {
            Some(column) => T::decode(Cell::new(column, self.row))
                .map_err(|error| undecodable(self.batch, index, error)),
            None => Err(missing(index, self.columns.len())),
        }
    }
}

#[cold]
fn undecodable(batch: &RecordBatch, index: usize, error: DecodeError) -> Error {
    let name = batch.schema_ref().field(index).name();
    match error.unexpected_null() {
        Some(null) if null.path.is_empty() => nulls::unexpected(name, &error.to_string()),
        Some(UnexpectedNull { rust, field: Some((field, of)), .. }) => {
            Error::new(Kind::UnexpectedNull, format!("column {name}: {error}")).help(format!(
                "its Rust type has no place for that NULL; give the field `{field}` of `{of}` the \
                 type `{rust}`"
            ))
        }
        Some(null) => {
            let rust = &null.rust;
            let alias = if name.is_empty() { "name" } else { name };
            Error::new(Kind::UnexpectedNull, format!("column {name}: {error}")).help(format!(
                "its Rust type has no place for that NULL; `{rust}` has one: write \
                 `AS {alias}: {rust}` in the query, or that type in your struct"
            ))
        }
        None => Error::new(Kind::Decode, format!("column {name}: {error}")),
    }
}

#[cold]
fn missing(index: usize, count: usize) -> Error {
    Error::new(
        Kind::Decode,
        format!("column {index} does not exist: the row has {count}, counted from 0"),
    )
}

/// How a row is made.
pub(crate) type Decoder<R> = fn(TypedRow<'_>) -> Result<R>;

/// Makes some rows of a batch.
fn decoded<R>(
    batch: &Arc<RecordBatch>,
    rows: Range<usize>,
    decode: Decoder<R>,
) -> impl Iterator<Item = Result<R>> {
    let columns: Vec<_> = batch.columns().iter().map(|array| Column::of(&**array)).collect();
    rows.map(move |row| decode(TypedRow { batch, columns: &columns, row }))
}

/// Makes rows of SQL that was not compiled.
pub fn dynamic(row: TypedRow<'_>) -> Result<Row> {
    Ok(Row { batch: Arc::clone(row.batch), row: row.row })
}

/// The rows of a batch that no query gave.
#[cfg(feature = "_fuzzing")]
pub(crate) fn of_batch(batch: RecordBatch) -> impl Iterator<Item = Row> {
    let batch = Arc::new(batch);
    (0..batch.num_rows()).map(move |row| Row { batch: Arc::clone(&batch), row })
}

/// How many rows are made at once: few enough to stay in the processor's cache.
const CHUNK: usize = 16;

/// The rows of a query as they come.
///
/// It is a [`Stream`]; for loops without another crate there is
/// [`next`](Rows::next). It ends after the first error. Dropping it cancels the
/// query.
#[must_use = "a stream does nothing unless it is read"]
pub struct Rows<R> {
    run: Run,
    decode: Decoder<R>,
    /// The batch that is being read, and the row that is made next.
    batch: Option<(Arc<RecordBatch>, usize)>,
    /// Rows that are made, and what the row after them failed with.
    ready: VecDeque<R>,
    failed: Option<Error>,
}

impl<R> Rows<R> {
    pub(crate) fn new(run: Run, decode: Decoder<R>) -> Rows<R> {
        Rows { run, decode, batch: None, ready: VecDeque::new(), failed: None }
    }

    /// The next row; `None` after the last and after an error.
    pub async fn next(&mut self) -> Option<Result<R>> {
        std::future::poll_fn(|cx| self.poll_row(cx)).await
    }

    /// Cancels the query, and waits until the engine has been told, or can't be
    /// reached. Dropping the rows cancels it, too, in the background: a program that
    /// ends at once may be gone before that.
    ///
    /// It waits for the ends of other queries of the connection that were dropped,
    /// too, and for no query that is still read.
    ///
    /// ```no_run
    /// # async fn example(lake: &lakequery::Lake) -> lakequery::Result<()> {
    /// let mut rows = lakequery::sql("SELECT c_name FROM tpch.customer").fetch(lake);
    /// let first = rows.next().await.transpose()?;
    /// rows.cancel().await;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn cancel(self) {
        self.run.end().await;
    }

    fn poll_row(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<R>>> {
        loop {
            if let Some(row) = self.ready.pop_front() {
                return Poll::Ready(Some(Ok(row)));
            }
            if let Some(error) = self.failed.take() {
                self.run.cancel();
                return Poll::Ready(Some(Err(self.run.origin().of(error))));
            }
            match self.batch.take() {
                Some((batch, next)) => self.make(batch, next),
                None => match ready!(self.run.poll_batch(cx)) {
                    Some(Ok(batch)) => self.make(Arc::new(batch), 0),
                    Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                    None => return Poll::Ready(None),
                },
            }
        }
    }

    /// Makes rows of a batch, from this one on; leaves the rest for later.
    fn make(&mut self, batch: Arc<RecordBatch>, from: usize) {
        let until = batch.num_rows().min(from + CHUNK);
        for row in decoded(&batch, from..until, self.decode) {
            match row {
                Ok(row) => self.ready.push_back(row),
                Err(error) => {
                    self.failed = Some(error);
                    return;
                }
            }
        }
        if until < batch.num_rows() {
            self.batch = Some((batch, until));
        }
    }

    pub(crate) async fn all(mut self) -> Result<Vec<R>> {
        let origin = self.run.origin();
        let mut rows = Vec::new();
        while let Some(batch) = self.run.batch().await.transpose()? {
            let batch = Arc::new(batch);
            rows.reserve(batch.num_rows());
            for row in decoded(&batch, 0..batch.num_rows(), self.decode) {
                rows.push(row.map_err(|error| origin.of(error))?);
            }
        }
        Ok(rows)
    }

    pub(crate) async fn optional(mut self) -> Result<Option<R>> {
        let Some(row) = self.next().await.transpose()? else {
            return Ok(None);
        };
        match self.next().await.transpose()? {
            None => Ok(Some(row)),
            Some(_) => Err(too_many(self.run.origin())),
        }
    }

    pub(crate) async fn one(self) -> Result<R> {
        let origin = self.run.origin();
        self.optional().await?.ok_or_else(|| none(origin))
    }
}

#[cold]
fn too_many(origin: Origin) -> Error {
    let error = Error::new(Kind::TooManyRows, "the query has more than one row")
        .help("make it more selective, add LIMIT 1, or use `fetch_all`");
    origin.of(error)
}

#[cold]
fn none(origin: Origin) -> Error {
    let error = Error::new(Kind::RowNotFound, "the query has no row")
        .help("use `fetch_optional` where that may be");
    origin.of(error)
}

// No row is pinned where it lies.
impl<R> Unpin for Rows<R> {}

impl<R> Stream for Rows<R> {
    type Item = Result<R>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_row(cx)
    }
}

impl<R> fmt::Debug for Rows<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("origin", &self.run.origin()).finish_non_exhaustive()
    }
}

/// A row of a query that is known at run time only ([`sql`](crate::sql())).
#[derive(Clone)]
pub struct Row {
    batch: Arc<RecordBatch>,
    row: usize,
}

/// A column of a [`Row`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultColumn {
    /// Its name, as the engine gives it.
    pub name: String,
    /// Its type; [`Type::Unknown`] where lake SQL has no such type.
    pub ty: Type,
}

impl Row {
    /// The value of a column, which is named or counted from 0. A name in
    /// another case is found, too, where it is the only one.
    ///
    /// # Errors
    ///
    /// When there is no such column, or its value can't be read into `T`.
    pub fn get<T: Decode>(&self, column: impl ColumnIndex) -> Result<T> {
        let index = column.index(self)?;
        match self.batch.columns().get(index) {
            Some(array) => T::decode(Cell::new(&Column::of(&**array), self.row))
                .map_err(|error| undynamic(&self.batch, index, error)),
            None => Err(missing(index, self.len())),
        }
    }

    /// The columns.
    pub fn columns(&self) -> Vec<ResultColumn> {
        let fields = self.batch.schema_ref().fields();
        let column = |field: &Arc<arrow_schema::Field>| ResultColumn {
            name: field.name().clone(),
            ty: schema::logical(field.data_type()).unwrap_or(Type::Unknown),
        };
        fields.iter().map(column).collect()
    }

    /// How many columns there are.
    pub fn len(&self) -> usize {
        self.batch.num_columns()
    }

    /// Whether there are no columns.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cold]
fn undynamic(batch: &RecordBatch, index: usize, error: DecodeError) -> Error {
    let name = batch.schema_ref().field(index).name();
    let message = format!("column {name}: {error}");
    match error.unexpected_null() {
        Some(UnexpectedNull { rust, field, .. }) => {
            Error::new(Kind::UnexpectedNull, message).help(match (field, &rust[..]) {
                (Some((field, of)), rust) => {
                    format!("give the field `{field}` of `{of}` the type `{rust}`")
                }
                (None, "") => "read it into an `Option`".to_owned(),
                (None, rust) => format!("read it into a `{rust}`"),
            })
        }
        None => Error::new(Kind::Decode, message),
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for (field, array) in self.batch.schema_ref().fields().iter().zip(self.batch.columns()) {
            match crate::Value::decode(Cell::new(&Column::of(&**array), self.row)) {
                Ok(value) => map.entry(field.name(), &format_args!("{value}")),
                Err(error) => map.entry(field.name(), &format_args!("<{error}>")),
            };
        }
        map.finish()
    }
}

/// What names a column of a [`Row`]: its name, or its index from 0.
pub trait ColumnIndex {
    /// The index of the column.
    ///
    /// # Errors
    ///
    /// When the row has no such column, or more than one.
    fn index(&self, row: &Row) -> Result<usize>;
}

impl ColumnIndex for usize {
    fn index(&self, _: &Row) -> Result<usize> {
        Ok(*self)
    }
}

impl ColumnIndex for &str {
    fn index(&self, row: &Row) -> Result<usize> {
        let fields = row.batch.schema_ref().fields();
        let matching = |test: &dyn Fn(&str) -> bool| -> Vec<usize> {
            (0..fields.len()).filter(|i| test(fields[*i].name())).collect()
        };
        let mut found = matching(&|name| name == *self);
        if found.is_empty() {
            found = matching(&|name| same_name(name, self));
        }
        match found[..] {
            [index] => Ok(index),
            [] => {
                let there = fields.iter().map(|field| field.name().as_str());
                Err(Error::new(Kind::Decode, format!("column `{self}` does not exist"))
                    .help(columns_there(self, there)))
            }
            _ => {
                Err(Error::new(Kind::Decode, format!("there are {} columns `{self}`", found.len()))
                    .help("give them different names with AS, or use their index"))
            }
        }
    }
}

impl ColumnIndex for String {
    fn index(&self, row: &Row) -> Result<usize> {
        self.as_str().index(row)
    }
}

impl ColumnIndex for &String {
    fn index(&self, row: &Row) -> Result<usize> {
        self.as_str().index(row)
    }
}
