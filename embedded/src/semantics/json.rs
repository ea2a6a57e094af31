//! Functions on JSON, which is a text here: as `json_parse` writes it, or as it was.

mod path;
mod write;

use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{ArrayRef, StringArray};
use arrow_schema::DataType;
use datafusion::common::{Result, plan_err};
use lakequery_types::json::{Next, Reader};

use super::function::{Call, Column, Function, Gives, Param, Takes, refuse};
use crate::types;
use path::Path;
use write::Parsed;
pub(super) use write::{sorted, string};

/// The functions on JSON.
pub(super) fn functions() -> Vec<Function> {
    use Param::{Bigint, Text};
    const TEXT: Gives = Gives::Fixed(&DataType::Utf8);
    const BOOLEAN: Gives = Gives::Fixed(&DataType::Boolean);
    const ONE: Takes = Takes::Lists(&[&[Text]]);
    const BY_PATH: Takes = Takes::Lists(&[&[Text, Text]]);
    vec![
        Function::new("json_parse", ONE, TEXT, parse).strict(),
        Function::new("json_format", ONE, TEXT, |call| call.array(0)).strict(),
        Function::new("json_extract", BY_PATH, TEXT, extract),
        Function::new("json_extract_scalar", BY_PATH, TEXT, extract_scalar),
        Function::new("json_size", BY_PATH, Gives::BIGINT, size),
        Function::new("json_array_length", ONE, Gives::BIGINT, array_length),
        Function::new("json_array_get", Takes::Lists(&[&[Text, Bigint]]), TEXT, array_get),
        Function::new("json_array_contains", Takes::Rule(contains_takes), BOOLEAN, contains),
        Function::new("is_json_scalar", ONE, BOOLEAN, is_scalar).strict(),
    ]
}

fn parse(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    call.make_texts(|row, out| {
        let Some(text) = texts.get(row) else { return Ok(None) };
        let mut reader = Reader::new(text);
        match write::sorted(&mut reader, out).and_then(|()| reader.end()) {
            Ok(()) => Ok(Some(())),
            Err(error) => refuse(format!(
                "'{text}' is not JSON: {} is expected at byte {}",
                error.expected,
                error.at + 1
            )),
        }
    })
}

/// The path argument: read once where it is a literal.
struct Paths {
    texts: Column<StringArray>,
    last: Option<(String, Path)>,
}

impl Paths {
    fn of(call: &Call<'_>) -> Result<Paths> {
        Ok(Paths { texts: call.texts(1)?, last: None })
    }

    fn get(&mut self, row: usize) -> Result<Option<&Path>> {
        let Some(text) = self.texts.get(row) else { return Ok(None) };
        if self.last.as_ref().is_none_or(|(last, _)| last != text) {
            let Some(path) = Path::parse(text) else {
                return refuse(format!("'{text}' is not a JSON path"));
            };
            self.last = Some((text.to_owned(), path));
        }
        Ok(self.last.as_ref().map(|(_, path)| path))
    }
}

/// What a path leads to; `None` where there is nothing, or no JSON.
fn at<T>(text: &str, path: &Path, read: impl FnOnce(&mut Reader<'_>) -> Parsed<T>) -> Option<T> {
    let mut reader = Reader::new(text);
    match path.follow(&mut reader) {
        Ok(true) => read(&mut reader).ok(),
        _ => None,
    }
}

fn extract(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, mut paths) = (call.texts(0)?, Paths::of(call)?);
    call.make_texts(|row, out| {
        let (Some(text), Some(path)) = (texts.get(row), paths.get(row)?) else { return Ok(None) };
        Ok(at(text, path, |reader| write::as_it_is(reader, out)))
    })
}

fn extract_scalar(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, mut paths) = (call.texts(0)?, Paths::of(call)?);
    call.make_texts(|row, out| {
        let (Some(text), Some(path)) = (texts.get(row), paths.get(row)?) else { return Ok(None) };
        Ok(at(text, path, |reader| scalar(reader, out)).flatten())
    })
}

/// Writes the text of a scalar; there is none of NULL, arrays and objects.
fn scalar(reader: &mut Reader<'_>, out: &mut String) -> Parsed<Option<()>> {
    match reader.next()? {
        Next::String => out.push_str(&reader.string()?),
        Next::Number => out.push_str(write::checked_number(reader)?),
        Next::Boolean => out.push_str(if reader.boolean()? { "true" } else { "false" }),
        Next::Null | Next::Array | Next::Object => return Ok(None),
    }
    Ok(Some(()))
}

fn size(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, mut paths) = (call.texts(0)?, Paths::of(call)?);
    call.make_numbers::<Int64Type>(|row| {
        let (Some(text), Some(path)) = (texts.get(row), paths.get(row)?) else { return Ok(None) };
        Ok(at(text, path, count))
    })
}

/// How many elements or members a value has.
fn count(reader: &mut Reader<'_>) -> Parsed<i64> {
    let (mut first, mut count) = (true, 0);
    match reader.next()? {
        Next::Array => {
            reader.array()?;
            while reader.element(&mut first)? {
                reader.skip()?;
                count += 1;
            }
        }
        Next::Object => {
            reader.object()?;
            while reader.key(&mut first)?.is_some() {
                reader.skip()?;
                count += 1;
            }
        }
        _ => {}
    }
    Ok(count)
}

/// Reads the elements of an array one by one, until one settles the answer; `None` where the
/// text is not an array.
fn elements<T>(
    text: &str,
    mut each: impl FnMut(&mut Reader<'_>) -> Parsed<Option<T>>,
) -> Option<Option<T>> {
    let mut reader = Reader::new(text);
    let mut read = || {
        reader.array()?;
        let mut first = true;
        while reader.element(&mut first)? {
            if let Some(answer) = each(&mut reader)? {
                return Ok(Some(answer));
            }
        }
        Parsed::Ok(None)
    };
    read().ok()
}

fn array_length(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    call.make_numbers::<Int64Type>(|row| {
        let Some(text) = texts.get(row) else { return Ok(None) };
        let mut count = 0;
        let counted = elements::<()>(text, |reader| {
            reader.skip()?;
            count += 1;
            Ok(None)
        });
        Ok(counted.map(|_| count))
    })
}

fn array_get(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, indices) = (call.texts(0)?, call.numbers::<Int64Type>(1)?);
    let mut found = StringBuilder::new();
    for row in 0..call.rows() {
        let (Some(text), Some(index)) = (texts.get(row), indices.get(row)) else {
            found.append_null();
            continue;
        };
        let mut values = Vec::new();
        let read = elements::<()>(text, |reader| {
            let mut value = String::new();
            let is_there = match reader.next()? {
                Next::Null => {
                    reader.null()?;
                    false
                }
                // A text without its quotes, as Trino gives it.
                Next::String => {
                    value.push_str(&reader.string()?);
                    true
                }
                _ => {
                    write::as_it_is(reader, &mut value)?;
                    true
                }
            };
            values.push(is_there.then_some(value));
            Ok(None)
        });
        let place = if index < 0 { index.saturating_add(values.len() as i64) } else { index };
        let place = usize::try_from(place).ok().filter(|_| read.is_some());
        found.append_option(place.and_then(|place| values.get(place)).and_then(Option::as_ref));
    }
    Ok(Arc::new(found.finish()))
}

fn contains_takes(found: &[DataType]) -> Result<Vec<DataType>> {
    if let [text, wanted] = found
        && matches!(types::canonical(text), DataType::Utf8 | DataType::Null)
    {
        let wanted = match types::canonical(wanted) {
            ty if types::is_integer(&ty) => Some(DataType::Int64),
            ty if types::is_number(&ty) => Some(DataType::Float64),
            ty @ (DataType::Boolean | DataType::Utf8) => Some(ty),
            DataType::Null => Some(DataType::Utf8),
            _ => None,
        };
        if let Some(wanted) = wanted {
            return Ok(vec![DataType::Utf8, wanted]);
        }
    }
    plan_err!("json_array_contains does not take ({})", types::names(found))
}

fn contains(call: &Call<'_>) -> Result<ArrayRef> {
    match call.ty(1) {
        DataType::Int64 => {
            let wanted = call.numbers::<Int64Type>(1)?;
            look_for(call, |row| {
                wanted.get(row).map(|wanted| {
                    // A number with a point is not an integer.
                    move |value: Scalar<'_>| match value {
                        Scalar::Number(text) => text.parse::<i64>() == Ok(wanted),
                        _ => false,
                    }
                })
            })
        }
        DataType::Float64 => {
            let wanted = call.numbers::<Float64Type>(1)?;
            look_for(call, |row| {
                wanted.get(row).map(|wanted| {
                    move |value: Scalar<'_>| match value {
                        Scalar::Number(text) if text.contains(['.', 'e', 'E']) => {
                            text.parse::<f64>() == Ok(wanted)
                        }
                        _ => false,
                    }
                })
            })
        }
        DataType::Boolean => {
            let wanted = call.any(1)?;
            let values = arrow_array::cast::AsArray::as_boolean(wanted.values()).clone();
            look_for(call, |row| {
                wanted.at(row).map(|place| {
                    let wanted = values.value(place);
                    move |value: Scalar<'_>| matches!(value, Scalar::Boolean(is) if is == wanted)
                })
            })
        }
        _ => {
            let wanted = call.texts(1)?;
            look_for(call, |row| {
                wanted.get(row).map(|wanted| {
                    move |value: Scalar<'_>| matches!(value, Scalar::Text(text) if text == wanted)
                })
            })
        }
    }
}

/// An element of an array that is not an array or object itself.
enum Scalar<'a> {
    Text(&'a str),
    Number(&'a str),
    Boolean(bool),
}

fn look_for<F: Fn(Scalar<'_>) -> bool>(
    call: &Call<'_>,
    wanted: impl Fn(usize) -> Option<F>,
) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    call.make_booleans(|row| {
        let (Some(text), Some(is)) = (texts.get(row), wanted(row)) else { return Ok(None) };
        let found = elements(text, |reader| {
            let found = match reader.next()? {
                Next::String => is(Scalar::Text(&reader.string()?)),
                Next::Number => is(Scalar::Number(write::checked_number(reader)?)),
                Next::Boolean => is(Scalar::Boolean(reader.boolean()?)),
                Next::Null | Next::Array | Next::Object => {
                    reader.skip()?;
                    false
                }
            };
            Ok(found.then_some(()))
        });
        Ok(found.map(|found| found.is_some()))
    })
}

fn is_scalar(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    call.make_booleans(|row| {
        let Some(text) = texts.get(row) else { return Ok(None) };
        let mut reader = Reader::new(text);
        let read = reader.next().and_then(|next| {
            write::as_it_is(&mut reader, &mut String::new())?;
            reader.end().map(|()| !matches!(next, Next::Array | Next::Object))
        });
        match read {
            Ok(is_scalar) => Ok(Some(is_scalar)),
            Err(_) => refuse(format!("'{text}' is not JSON")),
        }
    })
}
