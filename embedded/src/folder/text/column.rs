//! The values of a column on their way from text to an array.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::{
    BooleanBuilder, Date32Builder, Decimal128Builder, Float32Builder, Float64Builder, Int8Builder,
    Int16Builder, Int32Builder, Int64Builder, PrimitiveBuilder, StringBuilder,
};
use arrow_array::types::{
    ArrowTimestampType, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType,
};
use arrow_schema::TimeUnit;
use chrono::NaiveDate;

use super::candidates::{Scalar, holds};
use super::scalar::{self, DIGITS, Moment, Number};

/// The values of one column.
pub(in crate::folder) struct Column {
    values: Values,
    /// Whether the type was stated, and not found from the values: a number may be written in
    /// more ways then.
    stated: bool,
}

enum Values {
    Boolean(BooleanBuilder),
    TinyInt(Int8Builder),
    SmallInt(Int16Builder),
    Integer(Int32Builder),
    BigInt(Int64Builder),
    /// With the digits behind the point, and the digits in all.
    Decimal(Decimal128Builder, usize, usize),
    Real(Float32Builder),
    Double(Float64Builder),
    Date(Date32Builder),
    Seconds(Moments<TimestampSecondType>),
    Milliseconds(Moments<TimestampMillisecondType>),
    Microseconds(Moments<TimestampMicrosecondType>),
    Nanoseconds(Moments<TimestampNanosecondType>),
    Varchar(StringBuilder),
}

/// The values of a column of timestamps.
struct Moments<T: ArrowTimestampType> {
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
    /// Of a type that all values fit.
    pub(in crate::folder) fn new(scalar: Scalar) -> Column {
        Column { values: Values::new(scalar), stated: false }
    }

    /// Of a type that was stated.
    pub(in crate::folder) fn stated(scalar: Scalar) -> Column {
        Column { values: Values::new(scalar), stated: true }
    }

    /// Whether its values are texts, as which the empty one can be told from NULL.
    pub(super) fn is_text(&self) -> bool {
        matches!(self.values, Values::Varchar(_))
    }

    /// Appends the value of a text; `None` where the text is none of the type.
    #[inline]
    pub(in crate::folder) fn append(&mut self, text: &str) -> Option<()> {
        match self.values.append(text) {
            None if self.stated => self.values.append_stated(text),
            appended => appended,
        }
    }

    pub(in crate::folder) fn append_null(&mut self) {
        self.values.append_null();
    }

    /// The array of the values; the column is empty then.
    pub(in crate::folder) fn finish(&mut self) -> ArrayRef {
        self.values.finish()
    }
}

/// Does the same with the builder, whatever it builds.
macro_rules! with_builder {
    ($values:expr, $builder:ident => $then:expr) => {
        match $values {
            Values::Boolean($builder) => $then,
            Values::TinyInt($builder) => $then,
            Values::SmallInt($builder) => $then,
            Values::Integer($builder) => $then,
            Values::BigInt($builder) => $then,
            Values::Decimal($builder, ..) => $then,
            Values::Real($builder) => $then,
            Values::Double($builder) => $then,
            Values::Date($builder) => $then,
            Values::Seconds(Moments { builder: $builder, .. }) => $then,
            Values::Milliseconds(Moments { builder: $builder, .. }) => $then,
            Values::Microseconds(Moments { builder: $builder, .. }) => $then,
            Values::Nanoseconds(Moments { builder: $builder, .. }) => $then,
            Values::Varchar($builder) => $then,
        }
    };
}

impl Values {
    fn new(scalar: Scalar) -> Values {
        let decimal = |scale: usize, digits: usize| {
            let builder = Decimal128Builder::new().with_data_type(scalar.arrow());
            Values::Decimal(builder, scale, digits)
        };
        match scalar {
            Scalar::Boolean => Values::Boolean(BooleanBuilder::new()),
            Scalar::TinyInt => Values::TinyInt(Int8Builder::new()),
            Scalar::SmallInt => Values::SmallInt(Int16Builder::new()),
            Scalar::Integer => Values::Integer(Int32Builder::new()),
            Scalar::BigInt => Values::BigInt(Int64Builder::new()),
            Scalar::Decimal(scale) => decimal(scale, DIGITS),
            Scalar::Fixed(precision, scale) => decimal(scale.into(), precision.into()),
            Scalar::Real => Values::Real(Float32Builder::new()),
            Scalar::Double => Values::Double(Float64Builder::new()),
            Scalar::Date => Values::Date(Date32Builder::new()),
            Scalar::Timestamp(unit) | Scalar::TimestampTz(unit) => match unit {
                TimeUnit::Second => Values::Seconds(Moments::new(scalar)),
                TimeUnit::Millisecond => Values::Milliseconds(Moments::new(scalar)),
                TimeUnit::Microsecond => Values::Microseconds(Moments::new(scalar)),
                TimeUnit::Nanosecond => Values::Nanoseconds(Moments::new(scalar)),
            },
            Scalar::Varchar => Values::Varchar(StringBuilder::new()),
        }
    }

    #[inline]
    fn append(&mut self, text: &str) -> Option<()> {
        match self {
            Values::Boolean(builder) => builder.append_value(scalar::boolean(text)?),
            Values::TinyInt(builder) => builder.append_value(whole(text)?.try_into().ok()?),
            Values::SmallInt(builder) => builder.append_value(whole(text)?.try_into().ok()?),
            Values::Integer(builder) => builder.append_value(whole(text)?.try_into().ok()?),
            Values::BigInt(builder) => builder.append_value(whole(text)?),
            Values::Decimal(builder, scale, digits) => {
                let value = Number::parse(text)?.decimal(*scale)?;
                if value.unsigned_abs() >= 10_u128.pow(*digits as u32) {
                    return None;
                }
                builder.append_value(value);
            }
            Values::Real(builder) => {
                let value = scalar::nearest(text)?;
                let near = text.parse().unwrap_or(value as f32);
                builder
                    .append_value(Some(near).filter(|near| near.is_finite() == value.is_finite())?);
            }
            Values::Double(builder) => builder.append_value(scalar::double(text)?),
            Values::Date(builder) => builder.append_value(days(scalar::date(text)?)),
            Values::Seconds(moments) => moments.append(text)?,
            Values::Milliseconds(moments) => moments.append(text)?,
            Values::Microseconds(moments) => moments.append(text)?,
            Values::Nanoseconds(moments) => moments.append(text)?,
            Values::Varchar(builder) => builder.append_value(text),
        }
        Some(())
    }

    /// Appends a number with needless digits, which a type that is found from the values
    /// would not be given for.
    #[cold]
    fn append_stated(&mut self, text: &str) -> Option<()> {
        match self {
            Values::Double(builder) => builder.append_value(scalar::nearest(text)?),
            Values::Decimal(_, scale, _) => {
                let plain = scalar::without_needless_digits(text, Some(*scale))?;
                self.append(&plain)?;
            }
            Values::TinyInt(_) | Values::SmallInt(_) | Values::Integer(_) | Values::BigInt(_) => {
                let plain = scalar::without_needless_digits(text, None)?;
                self.append(&plain)?;
            }
            _ => return None,
        }
        Some(())
    }

    fn append_null(&mut self) {
        with_builder!(self, builder => builder.append_null());
    }

    fn finish(&mut self) -> ArrayRef {
        with_builder!(self, builder => Arc::new(builder.finish()))
    }
}

/// The value of a whole number.
fn whole(text: &str) -> Option<i64> {
    Number::parse(text)?.bigint()
}

/// The days since 1970.
fn days(date: NaiveDate) -> i32 {
    date.signed_duration_since(NaiveDate::default()).num_days() as i32
}
