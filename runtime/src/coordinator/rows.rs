//! [`Rows`]: the rows of a page or a segment, from JSON into an Arrow batch.

use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::{Field, Schema, SchemaRef};
use lakequery_types::json::{Malformed, Reader};

use super::values::append;
use super::wire_type::WireType;
use crate::arrow::build::ArrayBuilder;
use crate::arrow::scalar::Fault;
use crate::arrow::schema::canonical;
use crate::budget::{Budget, LEAF, TYPE_BYTE, TooLarge, cost, leaves};
use crate::error::{Error, Kind, Result};

/// How many rows of a segment become one batch: a segment has some megabytes.
#[cfg(feature = "trino")]
const AT_ONCE: usize = 8 << 10;

/// The way through the rows of a page.
struct Decoding<'a> {
    json: Reader<'a>,
    /// The most rows of one batch.
    most: usize,
    first: bool,
    done: bool,
    /// The rows that are behind, and the column of the next one.
    count: u64,
    column: usize,
}

impl<'a> Decoding<'a> {
    fn new(rows: &'a str, most: usize) -> Decoding<'a> {
        let (json, first, done) = (Reader::new(rows), true, false);
        Decoding { json, most, first, done, count: 0, column: 0 }
    }

    /// Appends the next rows, and says how many.
    fn next(
        &mut self,
        columns: &mut [ArrayBuilder],
        of: &Columns,
        budget: &mut Budget,
    ) -> Result<usize, Fault> {
        let json = &mut self.json;
        if self.count == 0 {
            json.array()?;
        }
        for count in 0..self.most {
            if !json.element(&mut self.first)? {
                self.done = true;
                json.end()?;
                return Ok(count);
            }
            budget.charge(1, of.cost)?;
            let mut first = true;
            self.column = 0;
            json.array()?;
            for (column, kind) in columns.iter_mut().zip(&*of.kinds) {
                if !json.element(&mut first)? {
                    return Err(json.malformed("another column").into());
                }
                append(column, kind, json, budget)?;
                self.column += 1;
            }
            if json.element(&mut first)? {
                return Err(json.malformed("the end of a row").into());
            }
            self.count += 1;
        }
        Ok(self.most)
    }
}

/// The columns of a result.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Columns {
    pub(crate) kinds: Arc<[WireType]>,
    pub(crate) schema: SchemaRef,
    /// What a row takes at least.
    pub(crate) cost: usize,
    /// How many types there are in all columns.
    pub(crate) leaves: usize,
}

impl Columns {
    /// Columns of these names and types, as the server names them.
    pub(crate) fn new(columns: &[(String, String)], budget: &mut Budget) -> Result<Columns> {
        let (mut kinds, mut fields, mut all) = (Vec::new(), Vec::new(), 0);
        for (name, ty) in columns {
            budget.charge(ty.len(), TYPE_BYTE)?;
            let unreadable = || {
                let message = format!("the type of column `{name}` could not be read");
                Error::new(Kind::BrokenData, message)
            };
            let kind = WireType::parse(ty).ok_or_else(unreadable)?;
            let ty = canonical(&kind.ty()).ok_or_else(unreadable)?;
            budget.charge(leaves(&ty), LEAF)?;
            all += leaves(&ty);
            fields.push(Field::new(name, ty, true));
            kinds.push(kind);
        }
        let cost = 1 + fields.iter().map(|field| cost(field.data_type())).sum::<usize>();
        Ok(Columns {
            kinds: kinds.into(),
            schema: Arc::new(Schema::new(fields)),
            cost,
            leaves: all,
        })
    }

    /// Decodes rows: a JSON array of arrays, and nothing after it. Before it,
    /// `started` tells how many rows came in earlier batches, for errors.
    pub(crate) fn decode(
        &self,
        rows: &str,
        started: u64,
        budget: &mut Budget,
    ) -> Result<RecordBatch> {
        let mut columns = self.builders()?;
        let mut decoding = Decoding::new(rows, usize::MAX);
        let count = decoding
            .next(&mut columns, self, budget)
            .map_err(|fault| self.explain(fault, started + decoding.count, decoding.column))?;
        self.batch(&mut columns, count)
    }

    /// The same for many rows, some of them at a time; says how many there were.
    #[cfg(feature = "trino")]
    pub(crate) fn decode_each(
        &self,
        rows: &str,
        budget: &mut Budget,
        mut each: impl FnMut(RecordBatch) -> Result<()>,
    ) -> Result<u64> {
        let mut columns = self.builders()?;
        let mut decoding = Decoding::new(rows, AT_ONCE);
        while !decoding.done {
            let count = decoding
                .next(&mut columns, self, budget)
                .map_err(|fault| self.explain(fault, decoding.count, decoding.column))?;
            each(self.batch(&mut columns, count)?)?;
        }
        Ok(decoding.count)
    }

    /// Empty arrays for the columns.
    pub(crate) fn builders(&self) -> Result<Vec<ArrayBuilder>> {
        let builders = self.kinds.iter().map(|kind| ArrayBuilder::new(&kind.ty(), 0));
        builders.collect::<Option<_>>().ok_or_else(|| {
            Error::new(Kind::Internal, "a column has a type that no array is built of")
        })
    }

    /// Columns that are full, as a batch.
    pub(crate) fn batch(&self, columns: &mut [ArrayBuilder], count: usize) -> Result<RecordBatch> {
        let arrays = columns.iter_mut().map(ArrayBuilder::finish).collect::<Result<_, _>>();
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        arrays
            .and_then(|arrays| {
                RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options)
            })
            .map_err(|error| {
                Error::new(Kind::Internal, format!("a batch could not be built: {error}"))
            })
    }

    #[cold]
    fn explain(&self, fault: Fault, row: u64, column: usize) -> Error {
        let fields = self.schema.fields();
        let field = fields.get(column);
        let place = || match field {
            Some(field) => format!("column `{}` of row {}", field.name(), row + 1),
            None => format!("row {}", row + 1),
        };
        let ty = || match self.kinds.get(column) {
            Some(WireType::Scalar(ty)) => ty.to_string(),
            _ => "its type".to_owned(),
        };
        let error = |message| Error::new(Kind::BrokenData, message);
        match fault {
            Fault::Malformed(Malformed { at, expected }) => error(format!(
                "the server's rows are broken or cut short: expected {expected} at byte {at}"
            )),
            Fault::NotOfType => error(format!("{} is not of type {}", place(), ty())),
            Fault::NotUtf8 => error(format!("{} has a text that is not UTF-8", place())),
            Fault::TooLarge => TooLarge.into(),
            Fault::OutOfRange => error(format!("{} can't be held as {}", place(), ty()))
                .help("for years far away, CAST to timestamp(6) or less in the query"),
            Fault::Ambiguous => error(format!(
                "{} is a time that the clocks of its zone showed twice, and the server does not \
                 say which one is meant",
                place()
            ))
            .help("write `AT TIME ZONE 'UTC'` behind it in the query"),
            Fault::NestedKey => Error::new(
                Kind::Unsupported,
                format!("{} is a map whose keys are arrays, maps or rows", place()),
            )
            .help("turn it into an array with map_entries() in the query"),
        }
    }
}
