//! Bringing Arrow's many types to the one that each type of lake SQL has in
//! this crate's batches.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    DurationMillisecondType, IntervalMonthDayNanoType, IntervalYearMonthType,
};
use arrow_array::{ArrayRef, PrimitiveArray, RecordBatch};
use arrow_cast::{CastOptions, cast_with_options};
use arrow_schema::{DataType, Field, IntervalUnit, Schema, SchemaRef};
use lakequery_embedded::column_type;
use lakequery_types::Type;

use crate::arrow::schema::{canonical, holds};
use crate::error::{Error, Kind, Result};

/// How the columns of a result get canonical types.
#[derive(Debug)]
pub(super) struct Conversion {
    schema: SchemaRef,
    /// For each column whether there is anything to do.
    steps: Vec<Step>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Keep,
    Cast,
    /// From DataFusion's one interval type to one of SQL's two.
    Interval,
}

impl Conversion {
    /// For a result of this schema, where these types are expected. A column
    /// of a type that lake SQL does not have stays as it is.
    pub(super) fn new(schema: &Schema, expected: Option<&[Type]>) -> Conversion {
        let mut fields = Vec::with_capacity(schema.fields().len());
        let mut steps = Vec::with_capacity(schema.fields().len());
        for (i, field) in schema.fields().iter().enumerate() {
            let from = field.data_type();
            let expected = expected.and_then(|types| types.get(i));
            let (step, to) = match (from, expected) {
                (
                    DataType::Interval(IntervalUnit::MonthDayNano),
                    Some(ty @ (Type::IntervalYearToMonth | Type::IntervalDayToSecond)),
                ) => (Step::Interval, canonical(ty)),
                (_, expected) => (Step::Cast, column_type(from).map(|to| known(to, expected))),
            };
            let to = to.unwrap_or_else(|| from.clone());
            steps.push(if to == *from { Step::Keep } else { step });
            fields.push(Field::new(field.name(), to, field.is_nullable()));
        }
        Conversion { schema: Arc::new(Schema::new(fields)), steps }
    }

    /// The columns after the conversion.
    pub(super) fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// Converts a batch.
    pub(super) fn batch(&self, batch: RecordBatch) -> Result<RecordBatch> {
        let options = CastOptions { safe: false, ..CastOptions::default() };
        let columns = batch
            .columns()
            .iter()
            .zip(self.schema.fields())
            .zip(&self.steps)
            .map(|((array, field), step)| match step {
                Step::Keep => Ok(Arc::clone(array)),
                Step::Cast => cast_with_options(array, field.data_type(), &options)
                    .map_err(|error| unconvertible(field, &error.to_string())),
                Step::Interval => interval(array, field.data_type())
                    .ok_or_else(|| unconvertible(field, "the interval has both months and days")),
            })
            .collect::<Result<Vec<_>>>()?;
        RecordBatch::try_new(self.schema(), columns).map_err(|error| {
            Error::new(
                Kind::Internal,
                format!("the engine's batch is not what it planned: {error}"),
            )
        })
    }
}

/// The type of a column as the query that was compiled has it, with its names in rows, if
/// the column is of that type.
fn known(to: DataType, expected: Option<&Type>) -> DataType {
    let expected = expected.filter(|ty| holds(ty, &to)).and_then(canonical);
    expected.unwrap_or(to)
}

fn unconvertible(field: &Field, reason: &str) -> Error {
    Error::new(
        Kind::Query,
        format!("column {} can't be {}: {reason}", field.name(), field.data_type()),
    )
    .help("CAST it in the query to a type that holds its values")
}

const NANOSECONDS_PER_MILLISECOND: i64 = 1_000_000;
const MILLISECONDS_PER_DAY: i64 = 86_400_000;

/// The months, or the milliseconds, of intervals that have nothing else.
fn interval(array: &ArrayRef, to: &DataType) -> Option<ArrayRef> {
    let array = array.as_primitive_opt::<IntervalMonthDayNanoType>()?;
    if *to == DataType::Interval(IntervalUnit::YearMonth) {
        let months = array.iter().map(|interval| match interval {
            None => Some(None),
            Some(i) if i.days == 0 && i.nanoseconds == 0 => Some(Some(i.months)),
            Some(_) => None,
        });
        let months: PrimitiveArray<IntervalYearMonthType> =
            months.collect::<Option<Vec<_>>>()?.into();
        return Some(Arc::new(months));
    }
    let milliseconds = array.iter().map(|interval| match interval {
        None => Some(None),
        Some(i) if i.months == 0 => Some(Some(
            i64::from(i.days) * MILLISECONDS_PER_DAY + i.nanoseconds / NANOSECONDS_PER_MILLISECOND,
        )),
        Some(_) => None,
    });
    let milliseconds: PrimitiveArray<DurationMillisecondType> =
        milliseconds.collect::<Option<Vec<_>>>()?.into();
    Some(Arc::new(milliseconds))
}
