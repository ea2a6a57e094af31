//! The values of JSON rows, appended to Arrow arrays: what Trino and Presto mean by them.

use arrow_array::builder::BinaryBuilder;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lakequery_types::json::{Next, Reader};

use super::wire_type::WireType;
use crate::arrow::build::{ArrayBuilder, append_bytes, append_str};
use crate::arrow::scalar::{Fault, Result, Scalar};
use crate::arrow::{text, zone};
use crate::budget::Budget;

/// Appends the next value of the JSON, which is of a kind.
#[inline]
pub(crate) fn append(
    values: &mut ArrayBuilder,
    kind: &WireType,
    json: &mut Reader<'_>,
    budget: &mut Budget,
) -> Result<()> {
    match json.next()? {
        Next::Null => {
            json.null()?;
            values.append_null();
            Ok(())
        }
        Next::String => match values {
            ArrayBuilder::List(_) | ArrayBuilder::Map(_) | ArrayBuilder::Row(_) => {
                append_quoted(values, kind, &json.string()?, budget)
            }
            values => append_text(values, &json.string()?),
        },
        // Whatever stands there, it is kept as it is.
        _ if matches!((&*values, kind), (ArrayBuilder::Text(_), WireType::Text)) => {
            append_text(values, json.skip()?)
        }
        Next::Number => values.append(Scalar::Number(json.number()?)),
        Next::Boolean => values.append(Scalar::Bool(json.boolean()?)),
        Next::Array => append_array(values, kind, json, budget),
        Next::Object => append_object(values, kind, json, budget),
    }
}

/// Presto sends arrays, maps and rows as JSON in a string.
fn append_quoted(
    values: &mut ArrayBuilder,
    kind: &WireType,
    text: &str,
    budget: &mut Budget,
) -> Result<()> {
    let mut json = Reader::new(text);
    match json.next()? {
        Next::Array => append_array(values, kind, &mut json, budget)?,
        Next::Object => append_object(values, kind, &mut json, budget)?,
        _ => return Err(Fault::NotOfType),
    }
    Ok(json.end()?)
}

/// An array, or a row: a row's fields come in their order.
fn append_array(
    values: &mut ArrayBuilder,
    kind: &WireType,
    json: &mut Reader<'_>,
    budget: &mut Budget,
) -> Result<()> {
    let mut first = true;
    match (values, kind) {
        (ArrayBuilder::List(lists), WireType::Array(element)) => {
            json.array()?;
            while json.element(&mut first)? {
                append(lists.elements(1, budget)?, element, json, budget)?;
            }
            lists.end()
        }
        (ArrayBuilder::Row(rows), WireType::Row(kinds)) => {
            json.array()?;
            for (member, (_, kind)) in rows.members.iter_mut().zip(kinds) {
                if !json.element(&mut first)? {
                    return Err(Fault::NotOfType);
                }
                append(member, kind, json, budget)?;
            }
            if json.element(&mut first)? {
                return Err(Fault::NotOfType);
            }
            rows.end();
            Ok(())
        }
        _ => Err(Fault::NotOfType),
    }
}

/// A map.
fn append_object(
    values: &mut ArrayBuilder,
    kind: &WireType,
    json: &mut Reader<'_>,
    budget: &mut Budget,
) -> Result<()> {
    let (ArrayBuilder::Map(maps), WireType::Map(_, of_values)) = (values, kind) else {
        return Err(Fault::NotOfType);
    };
    let mut first = true;
    json.object()?;
    while let Some(key) = json.key(&mut first)? {
        let (keys, values) = maps.entries(1, budget)?;
        match keys {
            ArrayBuilder::List(_) | ArrayBuilder::Map(_) | ArrayBuilder::Row(_) => {
                return Err(Fault::NestedKey);
            }
            keys => append_text(keys, &key)?,
        }
        append(values, of_values, json, budget)?;
    }
    maps.end()
}

/// Appends the value that a text stands for: a string, or a key of a map. Numbers that
/// JSON has no place for come as strings, too.
fn append_text(values: &mut ArrayBuilder, text: &str) -> Result<()> {
    match values {
        ArrayBuilder::Text(values) => append_str(values, text),
        ArrayBuilder::Bytes(values) => append_base64(values, text),
        ArrayBuilder::Boolean(values) => {
            values.append_value(text.parse().map_err(|_| Fault::NotOfType)?);
            Ok(())
        }
        ArrayBuilder::TinyInt(_)
        | ArrayBuilder::SmallInt(_)
        | ArrayBuilder::Integer(_)
        | ArrayBuilder::BigInt(_) => values.append(Scalar::Number(text)),
        ArrayBuilder::Timestamp { zone: true, .. } => {
            // `2024-02-29 01:02:03.123 Europe/Berlin`
            let mut rest = text.as_bytes();
            let local = text::local(&mut rest).ok_or(Fault::OutOfRange)?;
            let zone = rest.strip_prefix(b" ").ok_or(Fault::OutOfRange)?;
            values.append(Scalar::Instant(zone::instant(local, zone)?))
        }
        values => values.append(Scalar::Text(text.as_bytes())),
    }
}

fn append_base64(values: &mut BinaryBuilder, text: &str) -> Result<()> {
    append_bytes(values, &STANDARD.decode(text).map_err(|_| Fault::NotOfType)?)
}
