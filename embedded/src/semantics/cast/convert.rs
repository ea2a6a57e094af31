//! The values of one type in another.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use datafusion::arrow::compute;
use datafusion::common::{Result, internal_err};
use lakequery_types::Type;

use super::super::function::Call;
use super::source::{Source, Strict};
use super::{datetime, json, nested, number, text};
use crate::types;

/// The values of an array in another type, to which all of them can be cast.
pub(in super::super) fn values(array: &ArrayRef, target: &Type) -> Result<ArrayRef> {
    match types::lake_type(array.data_type()) {
        Some(source) => convert(Strict(true), array, &source, target),
        None => internal_err!("a cast of {}", array.data_type()),
    }
}

/// The values of an array of this type in another one.
pub(super) fn convert(
    strict: Strict,
    array: &ArrayRef,
    source: &Type,
    target: &Type,
) -> Result<ArrayRef> {
    let Some(gives) = types::arrow_type(target) else { return internal_err!("a cast to {target}") };
    if array.data_type() == &DataType::Null {
        return Ok(arrow_array::new_null_array(&gives, array.len()));
    }
    let call = &Call::without_arguments("lake_cast", array.len(), &gives);
    match target {
        Type::Json if *source != Type::Json => json::write(convert, array, source),
        _ if *source == Type::Json => json::read(convert, strict, array, target, &gives),
        Type::Array(_) | Type::Map(..) | Type::Row(_) => {
            nested::cast(strict, array, source, target)
        }
        // NULL aside, there is nothing to do between these.
        Type::Varbinary if *source == Type::Varbinary => Ok(Arc::clone(array)),
        Type::IntervalDayToSecond | Type::IntervalYearToMonth => Ok(Arc::clone(array)),
        Type::Varbinary => Ok(compute::cast(array, &DataType::Binary)?),
        Type::Varchar(_) | Type::Char(_) => text::cast(call, strict, array, source, target),
        Type::Date | Type::Time(_) | Type::Timestamp(_) | Type::TimestampTz(_) => {
            datetime::cast(call, strict, Source::of(array, source)?, target)
        }
        _ => number::cast(call, strict, Source::of(array, source)?, target),
    }
}
