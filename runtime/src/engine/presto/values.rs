//! Values of blocks into the builders of Arrow columns. What a value's bytes
//! mean depends on its type: that is said here.

use std::net::{IpAddr, Ipv6Addr};
use std::ops::Range;

use arrow_array::builder::{Int64Builder, PrimitiveBuilder};
use arrow_array::types::ArrowPrimitiveType;
use lakequery_types::Type;

use super::block::{Block, Form, Nulls};
use super::bytes::int_at;
use crate::arrow::build::{ArrayBuilder, append_bytes, append_str};
use crate::arrow::scalar::{Fault, Result};
use crate::budget::Budget;
use crate::coordinator::wire_type::WireType;

/// Whether values of a kind can be read from a block. In a session whose zone is
/// not UTC, times and timestamps without one depend on a setting of the server.
pub(super) fn reads(kind: &WireType, utc: bool) -> bool {
    match kind {
        WireType::Scalar(Type::Time(p) | Type::Timestamp(p)) => utc && *p == 3,
        WireType::Scalar(Type::TimestampTz(p)) => *p == 3,
        WireType::Scalar(_) => true,
        WireType::Array(element) => reads(element, utc),
        WireType::Map(key, value) => reads(key, utc) && reads(value, utc),
        WireType::Row(fields) => fields.iter().all(|(_, kind)| reads(kind, utc)),
        // Only the server knows how to write them.
        WireType::Sketch | WireType::Text => false,
    }
}

/// Which values of a block are meant.
#[derive(Clone)]
pub(super) enum Places<'p> {
    Range(Range<usize>),
    List(&'p [usize]),
    /// The same one, so many times.
    Same(usize, usize),
}

impl Places<'_> {
    fn len(&self) -> usize {
        match self {
            Places::Range(range) => range.len(),
            Places::List(list) => list.len(),
            Places::Same(_, times) => *times,
        }
    }

    /// Goes through all of them.
    #[inline]
    fn each(self, mut each: impl FnMut(usize) -> Result<()>) -> Result<()> {
        match self {
            Places::Range(mut range) => range.try_for_each(each),
            Places::List(list) => list.iter().try_for_each(|place| each(*place)),
            Places::Same(place, times) => (0..times).try_for_each(|_| each(place)),
        }
    }
}

/// Appends values of a block to a column of the kind. What each takes with its
/// fields is charged already: with its row, or here with the list that it is in.
pub(super) fn append(
    column: &mut ArrayBuilder,
    kind: &WireType,
    block: &Block<'_>,
    places: Places<'_>,
    budget: &mut Budget,
) -> Result<()> {
    match &block.form {
        Form::Fixed { width, values, nulls, places: sent } => {
            let values = Fixed { width: *width, values, nulls: *nulls, sent: sent.as_deref() };
            fixed(column, kind, &values, places, budget)
        }
        Form::Variable { ends, values, nulls } => {
            let values = Variable { ends, values, nulls: *nulls };
            variable(column, kind, &values, places, budget)
        }
        Form::Dictionary { values, ids } => {
            budget.charge(places.len(), size_of::<usize>())?;
            let mut inner = Vec::with_capacity(places.len());
            places.each(|place| {
                let id = int_at(ids, place).filter(|id| *id < values.count);
                inner.push(id.ok_or(Fault::NotOfType)?);
                Ok(())
            })?;
            append(column, kind, values, Places::List(&inner), budget)
        }
        Form::Run(value) => append(column, kind, value, Places::Same(0, places.len()), budget),
        Form::Array { elements, offsets, nulls } => {
            let (ArrayBuilder::List(lists), WireType::Array(kind)) = (column, kind) else {
                return Err(Fault::NotOfType);
            };
            places.each(|place| {
                let (start, end) =
                    Block::list(offsets, place, elements.count).ok_or(Fault::NotOfType)?;
                if nulls.at(place) {
                    lists.append_null();
                    return Ok(());
                }
                let element = lists.elements(end - start, budget)?;
                append(element, kind, elements, Places::Range(start..end), budget)?;
                lists.end()
            })
        }
        Form::Map { keys, values, offsets, nulls } => {
            let (ArrayBuilder::Map(maps), WireType::Map(of_keys, of_values)) = (column, kind)
            else {
                return Err(Fault::NotOfType);
            };
            places.each(|place| {
                let (start, end) =
                    Block::list(offsets, place, keys.count).ok_or(Fault::NotOfType)?;
                if nulls.at(place) {
                    maps.append_null();
                    return Ok(());
                }
                let (key, value) = maps.entries(end - start, budget)?;
                append(key, of_keys, keys, Places::Range(start..end), budget)?;
                append(value, of_values, values, Places::Range(start..end), budget)?;
                maps.end()
            })
        }
        Form::Row { fields, offsets, nulls } => {
            let (ArrayBuilder::Row(rows), WireType::Row(kinds)) = (column, kind) else {
                return Err(Fault::NotOfType);
            };
            if fields.len() != kinds.len() {
                return Err(Fault::NotOfType);
            }
            places.each(|place| {
                if nulls.at(place) {
                    rows.append_null();
                    return Ok(());
                }
                let members = rows.members.iter_mut();
                for ((member, (_, kind)), field) in members.zip(kinds).zip(fields) {
                    let (start, end) =
                        Block::list(offsets, place, field.count).ok_or(Fault::NotOfType)?;
                    if end - start != 1 {
                        return Err(Fault::NotOfType);
                    }
                    append(member, kind, field, Places::Range(start..end), budget)?;
                }
                rows.end();
                Ok(())
            })
        }
    }
}

/// Values of one width. Those that are NULL were not sent.
struct Fixed<'a> {
    width: usize,
    values: &'a [u8],
    nulls: Nulls<'a>,
    sent: Option<&'a [u32]>,
}

impl Fixed<'_> {
    /// Goes through the values, `None` for NULL.
    #[inline]
    fn each<const WIDTH: usize>(
        &self,
        places: Places<'_>,
        mut each: impl FnMut(Option<[u8; WIDTH]>) -> Result<()>,
    ) -> Result<()> {
        if self.width != WIDTH {
            return Err(Fault::NotOfType);
        }
        let (all, _) = self.values.as_chunks::<WIDTH>();
        match self.sent {
            None => places.each(|place| each(Some(*all.get(place).ok_or(Fault::NotOfType)?))),
            Some(sent) => places.each(|place| {
                if self.nulls.at(place) {
                    return each(None);
                }
                let place = sent.get(place).ok_or(Fault::NotOfType)?;
                each(Some(*all.get(*place as usize).ok_or(Fault::NotOfType)?))
            }),
        }
    }

    /// Appends them to a builder.
    #[inline]
    fn to<T: ArrowPrimitiveType, const WIDTH: usize>(
        &self,
        places: Places<'_>,
        builder: &mut PrimitiveBuilder<T>,
        read: impl Fn([u8; WIDTH]) -> Option<T::Native>,
    ) -> Result<()> {
        self.each(places, |bytes| {
            match bytes {
                Some(bytes) => builder.append_value(read(bytes).ok_or(Fault::NotOfType)?),
                None => builder.append_null(),
            }
            Ok(())
        })
    }
}

/// The characters of a uuid or an address at most.
const WRITTEN: usize = 40;

fn fixed(
    column: &mut ArrayBuilder,
    kind: &WireType,
    block: &Fixed<'_>,
    places: Places<'_>,
    budget: &mut Budget,
) -> Result<()> {
    match column {
        ArrayBuilder::Null(len) => block.each::<1>(places, |value| {
            *len += 1;
            if value.is_some() { Err(Fault::NotOfType) } else { Ok(()) }
        }),
        ArrayBuilder::Boolean(builder) => block.each(places, |value| {
            builder.append_option(value.map(|[byte]| byte != 0));
            Ok(())
        }),
        ArrayBuilder::TinyInt(builder) => block.to(places, builder, |b| Some(i8::from_le_bytes(b))),
        ArrayBuilder::SmallInt(builder) => {
            block.to(places, builder, |b| Some(i16::from_le_bytes(b)))
        }
        ArrayBuilder::Integer(builder) => {
            block.to(places, builder, |b| Some(i32::from_le_bytes(b)))
        }
        ArrayBuilder::BigInt(builder) => block.to(places, builder, |b| Some(i64::from_le_bytes(b))),
        ArrayBuilder::Real(builder) => block.to(places, builder, |b| Some(f32::from_le_bytes(b))),
        ArrayBuilder::Double(builder) => block.to(places, builder, |b| Some(f64::from_le_bytes(b))),
        ArrayBuilder::Date(builder) => block.to(places, builder, |b| Some(i32::from_le_bytes(b))),
        ArrayBuilder::Months(builder) => block.to(places, builder, |b| Some(i32::from_le_bytes(b))),
        ArrayBuilder::Milliseconds(builder) => {
            block.to(places, builder, |b| Some(i64::from_le_bytes(b)))
        }
        ArrayBuilder::Time { values: builder, .. } => block.to(places, builder, |b| {
            let milliseconds = i64::from_le_bytes(b);
            (0..86_400_000).contains(&milliseconds).then(|| milliseconds * 1_000_000)
        }),
        ArrayBuilder::Timestamp { values: builder, precision: 1..=3, zone } => {
            // Behind the milliseconds are twelve bits that name the zone.
            instants(block, places, builder, if *zone { 12 } else { 0 })
        }
        ArrayBuilder::Decimal { values: builder, precision, .. } => {
            let limit = 10i128.checked_pow((*precision).into()).ok_or(Fault::NotOfType)?;
            let fits = |value: i128| (-limit < value && value < limit).then_some(value);
            match block.width {
                8 => block.to(places, builder, |b| fits(i64::from_le_bytes(b).into())),
                _ => block.to(places, builder, |b| fits(signed(b)?)),
            }
        }
        ArrayBuilder::Text(builder) => {
            let write = match kind {
                WireType::Scalar(Type::Uuid) => uuid,
                WireType::Scalar(Type::IpAddress) => address,
                _ => return Err(Fault::NotOfType),
            };
            budget.charge(places.len(), WRITTEN)?;
            block.each(places, |value| {
                builder.append_option(value.map(write));
                Ok(())
            })
        }
        _ => Err(Fault::NotOfType),
    }
}

fn instants(
    block: &Fixed<'_>,
    places: Places<'_>,
    builder: &mut Int64Builder,
    zone_bits: u32,
) -> Result<()> {
    block.to(places, builder, |b| Some(i64::from_le_bytes(b) >> zone_bits))
}

/// A magnitude of 127 bits, and a sign before it.
fn signed(bytes: [u8; 16]) -> Option<i128> {
    let bits = u128::from_le_bytes(bytes);
    let magnitude = i128::try_from(bits & (u128::MAX >> 1)).ok()?;
    Some(if bits >> 127 == 0 { magnitude } else { -magnitude })
}

/// Two numbers of eight bytes, the higher one first.
fn uuid(bytes: [u8; 16]) -> String {
    let [high, low] = [0, 1].map(|half| {
        let (halves, _) = bytes.as_chunks::<8>();
        halves.get(half).map_or(0, |half| u64::from_le_bytes(*half))
    });
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}

fn address(bytes: [u8; 16]) -> String {
    let address = Ipv6Addr::from(bytes);
    match address.to_ipv4_mapped() {
        Some(short) => IpAddr::V4(short).to_string(),
        None => address.to_string(),
    }
}

/// Values of any length.
struct Variable<'a> {
    ends: &'a [u8],
    values: &'a [u8],
    nulls: Nulls<'a>,
}

impl Variable<'_> {
    /// Goes through the values, `None` for NULL; each becomes `least` bytes at least.
    #[inline]
    fn each(
        &self,
        places: Places<'_>,
        least: usize,
        budget: &mut Budget,
        mut each: impl FnMut(Option<&[u8]>) -> Result<()>,
    ) -> Result<()> {
        places.each(|place| {
            if self.nulls.at(place) {
                return each(None);
            }
            let start = match place.checked_sub(1) {
                Some(before) => int_at(self.ends, before),
                None => Some(0),
            };
            let end = int_at(self.ends, place);
            let value = start.zip(end).and_then(|(start, end)| self.values.get(start..end));
            let value = value.ok_or(Fault::NotOfType)?;
            budget.charge(1, value.len().max(least))?;
            each(Some(value))
        })
    }
}

fn variable(
    column: &mut ArrayBuilder,
    kind: &WireType,
    block: &Variable<'_>,
    places: Places<'_>,
    budget: &mut Budget,
) -> Result<()> {
    fn text(bytes: &[u8]) -> Result<&str> {
        std::str::from_utf8(bytes).map_err(|_| Fault::NotOfType)
    }
    match (column, kind) {
        (ArrayBuilder::Bytes(builder), _) => block.each(places, 0, budget, |value| match value {
            Some(value) => append_bytes(builder, value),
            None => {
                builder.append_null();
                Ok(())
            }
        }),
        // The spaces at the end of it were not sent.
        (ArrayBuilder::Text(builder), WireType::Scalar(Type::Char(length))) => {
            let length = *length as usize;
            block.each(places, length, budget, |value| match value.map(text).transpose()? {
                Some(text) => {
                    let missing = length.saturating_sub(text.chars().count());
                    append_str(builder, &(text.to_owned() + &" ".repeat(missing)))
                }
                None => {
                    builder.append_null();
                    Ok(())
                }
            })
        }
        (ArrayBuilder::Text(builder), _) => block.each(places, 0, budget, |value| match value {
            Some(value) => append_str(builder, text(value)?),
            None => {
                builder.append_null();
                Ok(())
            }
        }),
        _ => Err(Fault::NotOfType),
    }
}
