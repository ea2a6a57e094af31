//! [`Columns`]: the columns of a result, as the stream has them and as they are handed on.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Field, FieldRef, IntervalUnit, Schema, SchemaRef, TimeUnit};
use lakequery_types::Type;

use crate::arrow::convert::{Unfit, convert, converts};
use crate::arrow::schema::{canonical, holds, logical, type_name};
use crate::budget::{Budget, LEAF, leaves};
use crate::error::{Error, Kind, Result};

/// The columns of a result.
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    pub(crate) schema: SchemaRef,
    /// How many types there are in all columns.
    pub(super) leaves: usize,
}

impl Columns {
    /// Those of a result, where these types are expected.
    pub(crate) fn new(found: &Schema, expected: Option<&[Type]>) -> Result<Columns> {
        let mut budget = Budget::of_texts();
        let mut fields = Vec::with_capacity(found.fields().len());
        let mut all = 0;
        for (i, field) in found.fields().iter().enumerate() {
            let found = field.data_type();
            let ty = canonical_of(found).ok_or_else(|| unreadable(field.name(), found))?;
            let target = target_of(found, ty, expected.and_then(|types| types.get(i)));
            all += leaves(&target);
            budget.charge(leaves(&target), LEAF)?;
            fields.push(Field::new(field.name(), target, true));
        }
        Ok(Columns { schema: Arc::new(Schema::new(fields)), leaves: all })
    }

    /// A batch of the stream's with the columns' own types.
    pub(super) fn batch(&self, batch: &RecordBatch) -> Result<RecordBatch> {
        let arrays = batch.columns().iter().zip(self.schema.fields());
        let arrays = arrays.map(|(array, field)| column(array, field)).collect::<Result<_>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options).map_err(
            |error| Error::new(Kind::Internal, format!("a batch could not be built: {error}")),
        )
    }
}

fn column(array: &ArrayRef, field: &Field) -> Result<ArrayRef> {
    convert(array, field.data_type()).map_err(|unfit| {
        let (name, found) = (field.name(), array.data_type());
        match unfit {
            Unfit::Type => unreadable(name, found),
            Unfit::Value => {
                let to = type_name(field.data_type());
                let message = format!(
                    "column `{name}` (Arrow's {found}) has a value that is not of type {to}"
                );
                Error::new(Kind::BrokenData, message)
                    .help("CAST it in the query to a type that holds its values")
            }
        }
    })
}

/// The type of lake SQL that a column of a stream has; `None` where it has none.
pub(crate) fn logical_of(found: &DataType) -> Option<Type> {
    logical(&plain(found))
}

fn canonical_of(found: &DataType) -> Option<DataType> {
    canonical(&logical_of(found)?)
}

/// The type that is expected, where values of the one that was found become such exactly; else
/// that one, which shows that the schema has drifted.
fn target_of(found: &DataType, ty: DataType, expected: Option<&Type>) -> DataType {
    let target = expected.and_then(|expected| {
        let target = canonical(expected)?;
        (holds(expected, &ty) || converts(found, &target)).then_some(target)
    });
    target.unwrap_or(ty)
}

/// The type with dates as days, which Arrow's dates in milliseconds are, too, and with intervals
/// as milliseconds.
fn plain(ty: &DataType) -> DataType {
    let field = |field: &FieldRef| {
        Arc::new(field.as_ref().clone().with_data_type(plain(field.data_type())))
    };
    match ty {
        DataType::Date64 => DataType::Date32,
        DataType::Interval(IntervalUnit::DayTime) => DataType::Duration(TimeUnit::Millisecond),
        DataType::List(element) => DataType::List(field(element)),
        DataType::Map(entries, sorted) => DataType::Map(field(entries), *sorted),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(field).collect()),
        DataType::Dictionary(_, value) => plain(value),
        other => other.clone(),
    }
}

#[cold]
fn unreadable(name: &str, found: &DataType) -> Error {
    let what = match found {
        DataType::Union(..) => "values of several types".to_owned(),
        other => format!("Arrow's type {other}"),
    };
    Error::new(Kind::Unsupported, format!("column `{name}` has {what}, which can't be read"))
        .help("CAST it in the query to a type that lake SQL has")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_streams_are_types_of_lake_sql() {
        let list = |ty| DataType::List(Arc::new(Field::new("$data$", ty, true)));
        let millis = TimeUnit::Millisecond;
        for (found, name) in [
            (DataType::Boolean, Some("boolean")),
            (DataType::Int32, Some("integer")),
            (DataType::Int64, Some("bigint")),
            (DataType::Float32, Some("real")),
            (DataType::Float64, Some("double")),
            (DataType::Decimal128(38, 6), Some("decimal(38,6)")),
            (DataType::Utf8, Some("varchar")),
            (DataType::Binary, Some("varbinary")),
            (DataType::Date64, Some("date")),
            (DataType::Time32(millis), Some("time(3)")),
            (DataType::Timestamp(millis, None), Some("timestamp(3)")),
            (DataType::Interval(IntervalUnit::DayTime), Some("interval day to second")),
            (DataType::Interval(IntervalUnit::YearMonth), Some("interval year to month")),
            (list(list(DataType::Date64)), Some("array(array(date))")),
            (
                DataType::Struct(vec![Field::new("a", DataType::Date64, true)].into()),
                Some("row(\"a\" date)"),
            ),
            (
                DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
                Some("varchar"),
            ),
            (DataType::Interval(IntervalUnit::MonthDayNano), None),
        ] {
            let ty = logical_of(&found).map(|ty| ty.to_string());
            assert_eq!(ty.as_deref(), name, "{found}");
            // What a plan names can be handed on.
            let schema = Schema::new(vec![Field::new("c", found.clone(), true)]);
            assert_eq!(Columns::new(&schema, None).is_ok(), name.is_some());
            if let Some(ty) = canonical_of(&found) {
                assert!(converts(&found, &ty), "{found}");
            }
        }
    }
}
