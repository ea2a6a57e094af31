//! [`Column`]: an Arrow column under construction, which takes its values
//! straight from the JSON that the server sent.

use std::sync::Arc;

use arrow_array::builder::{
    ArrayBuilder, BinaryBuilder, BooleanBuilder, Date32Builder, Decimal128Builder,
    DurationMillisecondBuilder, Float32Builder, Float64Builder, Int8Builder, Int16Builder,
    Int32Builder, Int64Builder, IntervalYearMonthBuilder, NullBufferBuilder, StringBuilder,
    Time64NanosecondBuilder,
};
use arrow_array::types::{
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType,
};
use arrow_array::{ArrayRef, ListArray, MapArray, NullArray, PrimitiveArray, StructArray};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Fields, TimeUnit};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lakequery_types::Type;
use lakequery_types::json::{Malformed, Next, Reader};

use super::kind::Kind;
use super::moment::{self, NoInstant};
use crate::budget::{Budget, TooLarge, cost};
use crate::schema::{canonical, time_unit};

/// Why a value could not be read. It never holds the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) enum Fault {
    /// The text is not the JSON that it should be.
    Malformed(Malformed),
    /// The value is not of its column's type.
    NotOfType,
    /// The values take more memory than those of the answer may.
    TooLarge,
    /// The value can't be held by the Arrow type of its column.
    OutOfRange,
    /// A time that the clocks of its zone showed twice.
    Ambiguous,
    /// The server writes keys of maps as text, which can't be told apart when
    /// the keys are arrays, maps or rows.
    NestedKey,
}

impl From<Malformed> for Fault {
    fn from(malformed: Malformed) -> Fault {
        Fault::Malformed(malformed)
    }
}

impl From<TooLarge> for Fault {
    fn from(_: TooLarge) -> Fault {
        Fault::TooLarge
    }
}

pub(in crate::engine) type Result<T> = std::result::Result<T, Fault>;

/// A column under construction. Its builders begin with no room: a server can
/// name many columns in few bytes. The memory of a value is charged to a budget
/// where its row begins, or the element that it is in: with all its fields, so
/// that NULL needs no charge of its own.
pub(in crate::engine) enum Column {
    Null(usize),
    Boolean(BooleanBuilder),
    TinyInt(Int8Builder),
    SmallInt(Int16Builder),
    Integer(Int32Builder),
    BigInt(Int64Builder),
    Real(Float32Builder),
    Double(Float64Builder),
    Decimal {
        builder: Decimal128Builder,
        precision: u8,
        scale: u8,
    },
    Text(StringBuilder),
    /// What is no string may stand here, too, and is kept as JSON.
    AnyText(StringBuilder),
    Bytes(BinaryBuilder),
    Date(Date32Builder),
    Time(Time64NanosecondBuilder),
    Timestamp {
        builder: Int64Builder,
        unit: TimeUnit,
        zone: bool,
    },
    Months(IntervalYearMonthBuilder),
    Milliseconds(DurationMillisecondBuilder),
    List {
        element: Box<Column>,
        field: FieldRef,
        lengths: Lengths,
        /// What an element takes.
        cost: usize,
    },
    Map {
        key: Box<Column>,
        value: Box<Column>,
        field: FieldRef,
        lengths: Lengths,
        /// What an entry takes.
        cost: usize,
    },
    Struct {
        members: Vec<Column>,
        fields: Fields,
        nulls: NullBufferBuilder,
    },
}

/// Where the lists of a column end, and which of them are NULL.
pub(in crate::engine) struct Lengths {
    ends: Vec<i32>,
    nulls: NullBufferBuilder,
}

impl Lengths {
    fn new() -> Lengths {
        Lengths { ends: vec![0], nulls: NullBufferBuilder::new(0) }
    }

    pub(in crate::engine) fn push(&mut self, end: usize, valid: bool) -> Result<()> {
        self.ends.push(i32::try_from(end).map_err(|_| Fault::OutOfRange)?);
        self.nulls.append(valid);
        Ok(())
    }

    fn last(&self) -> i32 {
        self.ends.last().copied().unwrap_or_default()
    }

    fn finish(&mut self) -> (OffsetBuffer<i32>, Option<arrow_buffer::NullBuffer>) {
        let ends = std::mem::replace(&mut self.ends, vec![0]);
        (OffsetBuffer::new(ends.into()), self.nulls.finish())
    }
}

impl Column {
    /// An empty column for values of the kind.
    pub(in crate::engine) fn new(kind: &Kind) -> Column {
        match kind {
            Kind::Scalar(ty) => Column::scalar(ty),
            Kind::Array(element) => {
                let element = Column::new(element);
                let name = Field::LIST_FIELD_DEFAULT_NAME;
                let field = Arc::new(Field::new(name, element.data_type(), true));
                let (element, cost) = (Box::new(element), cost(field.data_type()));
                Column::List { element, field, lengths: Lengths::new(), cost }
            }
            Kind::Map(key, value) => {
                let (key, value) = (Column::new(key), Column::new(value));
                let members = vec![
                    Field::new("key", key.data_type(), false),
                    Field::new("value", value.data_type(), true),
                ];
                let field = Field::new("entries", DataType::Struct(members.into()), false);
                let cost = cost(field.data_type());
                Column::Map {
                    key: Box::new(key),
                    value: Box::new(value),
                    field: Arc::new(field),
                    lengths: Lengths::new(),
                    cost,
                }
            }
            Kind::Row(fields) => {
                let (mut members, mut names) = (Vec::new(), Vec::new());
                for (i, (name, kind)) in fields.iter().enumerate() {
                    let member = Column::new(kind);
                    let name = name.clone().unwrap_or_else(|| format!("field{i}"));
                    names.push(Field::new(name, member.data_type(), true));
                    members.push(member);
                }
                Column::Struct { members, fields: names.into(), nulls: NullBufferBuilder::new(0) }
            }
            Kind::Sketch => Column::Bytes(BinaryBuilder::with_capacity(0, 0)),
            Kind::Text => Column::AnyText(StringBuilder::with_capacity(0, 0)),
        }
    }

    fn scalar(ty: &Type) -> Column {
        match *ty {
            Type::Unknown => Column::Null(0),
            Type::Boolean => Column::Boolean(BooleanBuilder::with_capacity(0)),
            Type::TinyInt => Column::TinyInt(Int8Builder::with_capacity(0)),
            Type::SmallInt => Column::SmallInt(Int16Builder::with_capacity(0)),
            Type::Integer => Column::Integer(Int32Builder::with_capacity(0)),
            Type::BigInt => Column::BigInt(Int64Builder::with_capacity(0)),
            Type::Real => Column::Real(Float32Builder::with_capacity(0)),
            Type::Double => Column::Double(Float64Builder::with_capacity(0)),
            Type::Decimal { precision, scale } => {
                let ty = canonical(ty).unwrap_or(DataType::Decimal128(precision, 0));
                let builder = Decimal128Builder::with_capacity(0).with_data_type(ty);
                Column::Decimal { builder, precision, scale }
            }
            Type::Varchar(_) | Type::Char(_) | Type::Json | Type::Uuid | Type::IpAddress => {
                Column::Text(StringBuilder::with_capacity(0, 0))
            }
            Type::Varbinary => Column::Bytes(BinaryBuilder::with_capacity(0, 0)),
            Type::Date => Column::Date(Date32Builder::with_capacity(0)),
            Type::Time(_) => Column::Time(Time64NanosecondBuilder::with_capacity(0)),
            Type::Timestamp(p) => Column::timestamp(p, false),
            Type::TimestampTz(p) => Column::timestamp(p, true),
            Type::IntervalYearToMonth => Column::Months(IntervalYearMonthBuilder::with_capacity(0)),
            Type::IntervalDayToSecond => {
                Column::Milliseconds(DurationMillisecondBuilder::with_capacity(0))
            }
            _ => Column::AnyText(StringBuilder::with_capacity(0, 0)),
        }
    }

    fn timestamp(precision: u8, zone: bool) -> Column {
        Column::Timestamp {
            builder: Int64Builder::with_capacity(0),
            unit: time_unit(precision),
            zone,
        }
    }

    /// The Arrow type.
    pub(super) fn data_type(&self) -> DataType {
        match self {
            Column::Null(_) => DataType::Null,
            Column::Boolean(_) => DataType::Boolean,
            Column::TinyInt(_) => DataType::Int8,
            Column::SmallInt(_) => DataType::Int16,
            Column::Integer(_) => DataType::Int32,
            Column::BigInt(_) => DataType::Int64,
            Column::Real(_) => DataType::Float32,
            Column::Double(_) => DataType::Float64,
            Column::Decimal { precision, scale, .. } => {
                canonical(&Type::decimal(*precision, *scale)).unwrap_or(DataType::Null)
            }
            Column::Text(_) | Column::AnyText(_) => DataType::Utf8,
            Column::Bytes(_) => DataType::Binary,
            Column::Date(_) => DataType::Date32,
            Column::Time(_) => DataType::Time64(TimeUnit::Nanosecond),
            Column::Timestamp { unit, zone, .. } => {
                DataType::Timestamp(*unit, zone.then(|| "UTC".into()))
            }
            Column::Months(_) => DataType::Interval(arrow_schema::IntervalUnit::YearMonth),
            Column::Milliseconds(_) => DataType::Duration(TimeUnit::Millisecond),
            Column::List { field, .. } => DataType::List(Arc::clone(field)),
            Column::Map { field, .. } => DataType::Map(Arc::clone(field), false),
            Column::Struct { fields, .. } => DataType::Struct(fields.clone()),
        }
    }

    pub(in crate::engine) fn len(&self) -> usize {
        match self {
            Column::Null(len) => *len,
            Column::Boolean(builder) => builder.len(),
            Column::TinyInt(builder) => builder.len(),
            Column::SmallInt(builder) => builder.len(),
            Column::Integer(builder) => builder.len(),
            Column::BigInt(builder) | Column::Timestamp { builder, .. } => builder.len(),
            Column::Real(builder) => builder.len(),
            Column::Double(builder) => builder.len(),
            Column::Decimal { builder, .. } => builder.len(),
            Column::Text(builder) | Column::AnyText(builder) => builder.len(),
            Column::Bytes(builder) => builder.len(),
            Column::Date(builder) => builder.len(),
            Column::Time(builder) => builder.len(),
            Column::Months(builder) => builder.len(),
            Column::Milliseconds(builder) => builder.len(),
            Column::List { lengths, .. } | Column::Map { lengths, .. } => lengths.ends.len() - 1,
            Column::Struct { nulls, .. } => nulls.len(),
        }
    }

    /// Appends the next value of the JSON.
    pub(super) fn append(&mut self, json: &mut Reader<'_>, budget: &mut Budget) -> Result<()> {
        match json.next()? {
            Next::Null => {
                json.null()?;
                self.append_null()
            }
            Next::String => {
                let text = json.string()?;
                match self {
                    Column::List { .. } | Column::Map { .. } | Column::Struct { .. } => {
                        self.append_nested(&text, budget)
                    }
                    _ => self.append_text(&text),
                }
            }
            Next::Number => match self {
                Column::Text(_) | Column::Bytes(_) => Err(Fault::NotOfType),
                _ => self.append_text(json.number()?),
            },
            Next::Boolean => {
                let value = json.boolean()?;
                match self {
                    Column::Boolean(builder) => builder.append_value(value),
                    Column::AnyText(builder) => {
                        builder.append_value(if value { "true" } else { "false" });
                    }
                    _ => return Err(Fault::NotOfType),
                }
                Ok(())
            }
            Next::Array => self.append_array(json, budget),
            Next::Object => self.append_object(json, budget),
        }
    }

    /// Presto sends arrays, maps and rows as JSON in a string.
    fn append_nested(&mut self, text: &str, budget: &mut Budget) -> Result<()> {
        let mut json = Reader::new(text);
        match json.next()? {
            Next::Array => self.append_array(&mut json, budget)?,
            Next::Object => self.append_object(&mut json, budget)?,
            _ => return Err(Fault::NotOfType),
        }
        Ok(json.end()?)
    }

    fn append_array(&mut self, json: &mut Reader<'_>, budget: &mut Budget) -> Result<()> {
        let mut first = true;
        match self {
            Column::List { element, lengths, cost, .. } => {
                json.array()?;
                while json.element(&mut first)? {
                    budget.charge(1, *cost)?;
                    element.append(json, budget)?;
                }
                lengths.push(element.len(), true)
            }
            Column::Struct { members, nulls, .. } => {
                json.array()?;
                for member in members {
                    if !json.element(&mut first)? {
                        return Err(Fault::NotOfType);
                    }
                    member.append(json, budget)?;
                }
                if json.element(&mut first)? {
                    return Err(Fault::NotOfType);
                }
                nulls.append_non_null();
                Ok(())
            }
            Column::AnyText(builder) => {
                builder.append_value(json.skip()?);
                Ok(())
            }
            _ => Err(Fault::NotOfType),
        }
    }

    fn append_object(&mut self, json: &mut Reader<'_>, budget: &mut Budget) -> Result<()> {
        let mut first = true;
        match self {
            Column::Map { key, value, lengths, cost, .. } => {
                json.object()?;
                while let Some(text) = json.key(&mut first)? {
                    budget.charge(1, *cost)?;
                    match **key {
                        Column::List { .. } | Column::Map { .. } | Column::Struct { .. } => {
                            return Err(Fault::NestedKey);
                        }
                        _ => key.append_text(&text)?,
                    }
                    value.append(json, budget)?;
                }
                lengths.push(key.len(), true)
            }
            Column::AnyText(builder) => {
                builder.append_value(json.skip()?);
                Ok(())
            }
            _ => Err(Fault::NotOfType),
        }
    }

    pub(in crate::engine) fn append_null(&mut self) -> Result<()> {
        match self {
            Column::Null(len) => *len += 1,
            Column::Boolean(builder) => builder.append_null(),
            Column::TinyInt(builder) => builder.append_null(),
            Column::SmallInt(builder) => builder.append_null(),
            Column::Integer(builder) => builder.append_null(),
            Column::BigInt(builder) | Column::Timestamp { builder, .. } => builder.append_null(),
            Column::Real(builder) => builder.append_null(),
            Column::Double(builder) => builder.append_null(),
            Column::Decimal { builder, .. } => builder.append_null(),
            Column::Text(builder) | Column::AnyText(builder) => builder.append_null(),
            Column::Bytes(builder) => builder.append_null(),
            Column::Date(builder) => builder.append_null(),
            Column::Time(builder) => builder.append_null(),
            Column::Months(builder) => builder.append_null(),
            Column::Milliseconds(builder) => builder.append_null(),
            Column::List { lengths, .. } | Column::Map { lengths, .. } => {
                lengths.ends.push(lengths.last());
                lengths.nulls.append_null();
            }
            Column::Struct { members, nulls, .. } => {
                for member in members {
                    member.append_null()?;
                }
                nulls.append_null();
            }
        }
        Ok(())
    }

    /// Appends the value that the text stands for: that of a JSON string or
    /// number, or a key of a map.
    fn append_text(&mut self, text: &str) -> Result<()> {
        fn parse<T: std::str::FromStr>(text: &str) -> Result<T> {
            text.parse().map_err(|_| Fault::NotOfType)
        }
        match self {
            Column::Null(_) | Column::List { .. } | Column::Map { .. } | Column::Struct { .. } => {
                return Err(Fault::NotOfType);
            }
            Column::Boolean(builder) => builder.append_value(parse(text)?),
            Column::TinyInt(builder) => builder.append_value(parse(text)?),
            Column::SmallInt(builder) => builder.append_value(parse(text)?),
            Column::Integer(builder) => builder.append_value(parse(text)?),
            Column::BigInt(builder) => builder.append_value(parse(text)?),
            Column::Real(builder) => builder.append_value(parse(text)?),
            Column::Double(builder) => builder.append_value(parse(text)?),
            Column::Decimal { builder, precision, scale } => {
                builder.append_value(decimal(text, *precision, *scale).ok_or(Fault::NotOfType)?);
            }
            Column::Text(builder) | Column::AnyText(builder) => builder.append_value(text),
            Column::Bytes(builder) => {
                builder.append_value(STANDARD.decode(text).map_err(|_| Fault::NotOfType)?);
            }
            Column::Date(builder) => {
                builder.append_value(moment::date(text).ok_or(Fault::OutOfRange)?);
            }
            Column::Time(builder) => {
                builder.append_value(moment::time(text).ok_or(Fault::OutOfRange)?);
            }
            Column::Timestamp { builder, unit, zone: false } => {
                builder.append_value(moment::timestamp(text, *unit).ok_or(Fault::OutOfRange)?);
            }
            Column::Timestamp { builder, unit, zone: true } => {
                builder.append_value(moment::instant(text, *unit).map_err(|why| match why {
                    NoInstant::Unreadable => Fault::OutOfRange,
                    NoInstant::Ambiguous => Fault::Ambiguous,
                })?);
            }
            Column::Months(builder) => {
                builder.append_value(moment::year_to_month(text).ok_or(Fault::OutOfRange)?);
            }
            Column::Milliseconds(builder) => {
                builder.append_value(moment::day_to_second(text).ok_or(Fault::OutOfRange)?);
            }
        }
        Ok(())
    }

    /// The finished array; the column is empty again.
    pub(super) fn finish(&mut self) -> std::result::Result<ArrayRef, ArrowError> {
        Ok(match self {
            Column::Null(len) => Arc::new(NullArray::new(std::mem::take(len))),
            Column::Boolean(builder) => Arc::new(builder.finish()),
            Column::TinyInt(builder) => Arc::new(builder.finish()),
            Column::SmallInt(builder) => Arc::new(builder.finish()),
            Column::Integer(builder) => Arc::new(builder.finish()),
            Column::BigInt(builder) => Arc::new(builder.finish()),
            Column::Real(builder) => Arc::new(builder.finish()),
            Column::Double(builder) => Arc::new(builder.finish()),
            Column::Decimal { builder, .. } => Arc::new(builder.finish()),
            Column::Text(builder) | Column::AnyText(builder) => Arc::new(builder.finish()),
            Column::Bytes(builder) => Arc::new(builder.finish()),
            Column::Date(builder) => Arc::new(builder.finish()),
            Column::Time(builder) => Arc::new(builder.finish()),
            Column::Months(builder) => Arc::new(builder.finish()),
            Column::Milliseconds(builder) => Arc::new(builder.finish()),
            Column::Timestamp { builder, unit, zone } => {
                let (_, values, nulls) = builder.finish().into_parts();
                macro_rules! array {
                    ($ty:ident) => {{
                        let array = PrimitiveArray::<$ty>::try_new(values, nulls)?;
                        Arc::new(if *zone { array.with_timezone("UTC") } else { array })
                    }};
                }
                match unit {
                    TimeUnit::Second => array!(TimestampSecondType),
                    TimeUnit::Millisecond => array!(TimestampMillisecondType),
                    TimeUnit::Microsecond => array!(TimestampMicrosecondType),
                    TimeUnit::Nanosecond => array!(TimestampNanosecondType),
                }
            }
            Column::List { element, field, lengths, .. } => {
                let (ends, nulls) = lengths.finish();
                Arc::new(ListArray::try_new(Arc::clone(field), ends, element.finish()?, nulls)?)
            }
            Column::Map { key, value, field, lengths, .. } => {
                let (ends, nulls) = lengths.finish();
                let DataType::Struct(members) = field.data_type() else {
                    return Err(ArrowError::SchemaError("a map without entries".into()));
                };
                let entries = vec![key.finish()?, value.finish()?];
                let entries = StructArray::try_new(members.clone(), entries, None)?;
                Arc::new(MapArray::try_new(Arc::clone(field), ends, entries, nulls, false)?)
            }
            Column::Struct { members, fields, nulls } => {
                let len = nulls.len();
                let nulls = nulls.finish();
                let arrays = members
                    .iter_mut()
                    .map(Column::finish)
                    .collect::<std::result::Result<_, _>>()?;
                Arc::new(StructArray::try_new_with_length(fields.clone(), arrays, nulls, len)?)
            }
        })
    }
}

/// So many digits fit into 64 bits, whatever bytes stand in their places.
const SHORT: usize = 17;

/// A number with at most so many digits, and at most `scale` of them after the point.
fn decimal(text: &str, precision: u8, scale: u8) -> Option<i128> {
    let unsigned = text.strip_prefix('-').unwrap_or(text).as_bytes();
    let point = unsigned.iter().position(|byte| *byte == b'.').unwrap_or(unsigned.len());
    let (whole, fraction) = unsigned.split_at(point);
    let fraction = fraction.get(1..).unwrap_or_default();
    let missing = usize::from(scale).checked_sub(fraction.len())?;
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let digits = whole.iter().chain(fraction).map(|byte| byte.wrapping_sub(b'0'));
    let number: i128 = if whole.len() + fraction.len() <= SHORT {
        let number = digits.clone().fold(0_u64, |number, digit| number * 10 + u64::from(digit));
        number.into()
    } else {
        digits
            .clone()
            .try_fold(0_i128, |number, digit| number.checked_mul(10)?.checked_add(digit.into()))?
    };
    if digits.into_iter().any(|digit| digit > 9) {
        return None;
    }
    let number = number.checked_mul(10i128.checked_pow(u32::try_from(missing).ok()?)?)?;
    if number >= 10i128.checked_pow(precision.into())? {
        return None;
    }
    Some(if text.starts_with('-') { -number } else { number })
}
