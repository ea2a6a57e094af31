//! The values of a column on their way from text to an array.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::{
    BooleanBuilder, Date32Builder, Decimal128Builder, Float64Builder, Int64Builder,
    PrimitiveBuilder, StringBuilder,
};
use arrow_array::types::{
    ArrowTimestampType, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType,
};
use arrow_schema::TimeUnit;
use chrono::NaiveDate;

use super::candidates::{Scalar, holds};
use super::scalar::{self, Moment, Number};

/// The values of one column.
pub(super) enum Column {
    Boolean(BooleanBuilder),
    BigInt(Int64Builder),
    Decimal(Decimal128Builder, usize),
    Double(Float64Builder),
    Date(Date32Builder),
    Seconds(Moments<TimestampSecondType>),
    Milliseconds(Moments<TimestampMillisecondType>),
    Microseconds(Moments<TimestampMicrosecondType>),
    Nanoseconds(Moments<TimestampNanosecondType>),
    Varchar(StringBuilder),
}

/// The values of a column of timestamps.
pub(super) struct Moments<T: ArrowTimestampType> {
    builder: PrimitiveBuilder<T>,
    have_zone: bool,
}

impl<T: ArrowTimestampType> Moments<T> {
    fn new(scalar: Scalar) -> Moments<T> {
        let builder = PrimitiveBuilder::new().with_data_type(scalar.arrow());
        Moments { builder, have_zone: matches!(scalar, Scalar::TimestampTz(_)) }
    }

    /// The value of a text in the unit of the type.
    fn append(&mut self, text: &str) -> Option<()> {
        let moment = match scalar::date(text) {
            Some(date) => Moment { utc: date.into(), digits: 0, has_zone: false },
            None => scalar::moment(text)?,
        };
        if moment.has_zone != self.have_zone || !holds(T::UNIT, moment.digits) {
            return None;
        }
        let utc = moment.utc.and_utc();
        self.builder.append_value(match T::UNIT {
            TimeUnit::Second => utc.timestamp(),
            TimeUnit::Millisecond => utc.timestamp_millis(),
            TimeUnit::Microsecond => utc.timestamp_micros(),
            TimeUnit::Nanosecond => utc.timestamp_nanos_opt()?,
        });
        Some(())
    }
}

impl Column {
    pub(super) fn new(scalar: Scalar) -> Column {
        match scalar {
            Scalar::Boolean => Column::Boolean(BooleanBuilder::new()),
            Scalar::BigInt => Column::BigInt(Int64Builder::new()),
            Scalar::Decimal(scale) => {
                let builder = Decimal128Builder::new().with_data_type(scalar.arrow());
                Column::Decimal(builder, scale)
            }
            Scalar::Double => Column::Double(Float64Builder::new()),
            Scalar::Date => Column::Date(Date32Builder::new()),
            Scalar::Timestamp(unit) | Scalar::TimestampTz(unit) => match unit {
                TimeUnit::Second => Column::Seconds(Moments::new(scalar)),
                TimeUnit::Millisecond => Column::Milliseconds(Moments::new(scalar)),
                TimeUnit::Microsecond => Column::Microseconds(Moments::new(scalar)),
                TimeUnit::Nanosecond => Column::Nanoseconds(Moments::new(scalar)),
            },
            Scalar::Varchar => Column::Varchar(StringBuilder::new()),
        }
    }

    /// Appends the value of a text; `None` where the text is none of the type.
    #[inline]
    pub(super) fn append(&mut self, text: &str) -> Option<()> {
        match self {
            Column::Boolean(builder) => builder.append_value(scalar::boolean(text)?),
            Column::BigInt(builder) => builder.append_value(Number::parse(text)?.bigint()?),
            Column::Decimal(builder, scale) => {
                builder.append_value(Number::parse(text)?.decimal(*scale)?);
            }
            Column::Double(builder) => builder.append_value(scalar::double(text)?),
            Column::Date(builder) => builder.append_value(days(scalar::date(text)?)),
            Column::Seconds(moments) => moments.append(text)?,
            Column::Milliseconds(moments) => moments.append(text)?,
            Column::Microseconds(moments) => moments.append(text)?,
            Column::Nanoseconds(moments) => moments.append(text)?,
            Column::Varchar(builder) => builder.append_value(text),
        }
        Some(())
    }

    pub(super) fn append_null(&mut self) {
        match self {
            Column::Boolean(builder) => builder.append_null(),
            Column::BigInt(builder) => builder.append_null(),
            Column::Decimal(builder, _) => builder.append_null(),
            Column::Double(builder) => builder.append_null(),
            Column::Date(builder) => builder.append_null(),
            Column::Seconds(moments) => moments.builder.append_null(),
            Column::Milliseconds(moments) => moments.builder.append_null(),
            Column::Microseconds(moments) => moments.builder.append_null(),
            Column::Nanoseconds(moments) => moments.builder.append_null(),
            Column::Varchar(builder) => builder.append_null(),
        }
    }

    /// The array of the values; the column is empty then.
    pub(super) fn finish(&mut self) -> ArrayRef {
        match self {
            Column::Boolean(builder) => Arc::new(builder.finish()),
            Column::BigInt(builder) => Arc::new(builder.finish()),
            Column::Decimal(builder, _) => Arc::new(builder.finish()),
            Column::Double(builder) => Arc::new(builder.finish()),
            Column::Date(builder) => Arc::new(builder.finish()),
            Column::Seconds(moments) => Arc::new(moments.builder.finish()),
            Column::Milliseconds(moments) => Arc::new(moments.builder.finish()),
            Column::Microseconds(moments) => Arc::new(moments.builder.finish()),
            Column::Nanoseconds(moments) => Arc::new(moments.builder.finish()),
            Column::Varchar(builder) => Arc::new(builder.finish()),
        }
    }
}

/// The days since 1970.
fn days(date: NaiveDate) -> i32 {
    date.signed_duration_since(NaiveDate::default()).num_days() as i32
}
