//! Values from JSON.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, StringArray, StructArray, new_null_array};
use arrow_schema::DataType;
use datafusion::arrow::compute;
use datafusion::common::{DataFusionError, Result, internal_err};
use lakequery_types::json::{Malformed, Next, Reader};
use lakequery_types::{Field, Type, same_name};

use super::super::super::floats::shown;
use super::super::super::function::refuse;
use super::super::super::json::sorted;
use super::super::super::nested::{Ends, Maps, identities};
use super::super::source::{Convert, Strict};
use crate::types;

/// The values of an array of JSON texts in this type. Scalars are converted from texts.
pub(in super::super) fn read(
    convert: Convert,
    strict: Strict,
    array: &ArrayRef,
    target: &Type,
    gives: &DataType,
) -> Result<ArrayRef> {
    let texts: Vec<Option<&str>> = array.as_string::<i32>().iter().collect();
    if strict.0 {
        values(convert, &texts, target)
    } else {
        possible_values(convert, &texts, target, gives)
    }
}

/// NULL for what cannot be read, be it only an element.
fn possible_values(
    convert: Convert,
    texts: &[Option<&str>],
    target: &Type,
    gives: &DataType,
) -> Result<ArrayRef> {
    match values(convert, texts, target) {
        Err(DataFusionError::Execution(_)) if texts.len() > 1 => {
            let (some, others) = texts.split_at(texts.len() / 2);
            let some = possible_values(convert, some, target, gives)?;
            let others = possible_values(convert, others, target, gives)?;
            Ok(compute::concat(&[&*some, &*others])?)
        }
        Err(DataFusionError::Execution(_)) => Ok(new_null_array(gives, texts.len())),
        settled => settled,
    }
}

fn values(convert: Convert, texts: &[Option<&str>], target: &Type) -> Result<ArrayRef> {
    let Some(gives) = types::arrow_type(target) else { return internal_err!("a cast to {target}") };
    match target {
        Type::Json => {
            let texts = texts.iter().map(|text| text.map(as_written).transpose());
            Ok(Arc::new(StringArray::from(texts.collect::<Result<Vec<_>>>()?)))
        }
        Type::Array(item) => arrays(convert, texts, &item.ty, target, &gives),
        Type::Map(key, value) => maps(convert, texts, (key, &value.ty), target, &gives),
        Type::Row(fields) => rows(convert, texts, fields, target, &gives),
        _ => scalars(convert, texts, target),
    }
}

/// Whether a text is JSON's NULL, or is NULL itself.
fn is_null(text: Option<&str>) -> bool {
    text.is_none_or(|text| text.trim() == "null")
}

fn as_written(text: &str) -> Result<String> {
    let mut out = String::with_capacity(text.len());
    match sorted(&mut Reader::new(text), &mut out) {
        Ok(()) => Ok(out),
        Err(error) => malformed(text, error),
    }
}

fn malformed<T>(text: &str, error: Malformed) -> Result<T> {
    refuse(format!("'{text}' is not JSON: {} is expected at byte {}", error.expected, error.at + 1))
}

fn misfit<T>(text: &str, target: &Type) -> Result<T> {
    refuse(format!("cannot cast the JSON {text} to {target}"))
}

/// Scalars by way of texts, whose casts do the rest.
fn scalars(convert: Convert, texts: &[Option<&str>], target: &Type) -> Result<ArrayRef> {
    let present = texts.iter().map(|text| text.filter(|text| !is_null(Some(text))));
    let found = present.map(|text| text.map(|text| scalar(text, target)).transpose());
    let found = found.collect::<Result<Vec<_>>>()?;
    let found: ArrayRef = Arc::new(StringArray::from_iter(found));
    if let Type::Varchar(length) = target {
        let most = length.map_or(usize::MAX, |length| length as usize);
        let too_long = found.as_string::<i32>().iter().flatten();
        if let Some(text) = too_long.into_iter().find(|text| text.chars().count() > most) {
            return refuse(format!("'{text}' has more characters than {target}"));
        }
        return Ok(found);
    }
    convert(Strict(true), &found, &Type::VARCHAR, target)
}

/// The text whose cast to the target is that of a scalar.
fn scalar<'a>(text: &'a str, target: &Type) -> Result<Cow<'a, str>> {
    let mut reader = Reader::new(text);
    let mut read = || {
        Ok(match reader.next()? {
            Next::String => Some(reader.string()?),
            Next::Number => Some(number(reader.number()?, target)),
            Next::Boolean => Some(match (reader.boolean()?, target) {
                (is, Type::Boolean | Type::Varchar(_)) => is.to_string().into(),
                (is, _) => if is { "1" } else { "0" }.into(),
            }),
            Next::Null | Next::Array | Next::Object => None,
        })
    };
    match read() {
        Ok(Some(text)) => Ok(text),
        Ok(None) => misfit(text, target),
        Err(error) => malformed(text, error),
    }
}

/// A number: a whole one, or one that is a double.
fn number<'a>(text: &'a str, target: &Type) -> Cow<'a, str> {
    let is_whole = !text.contains(['.', 'e', 'E']);
    let value: f64 = text.parse().unwrap_or(f64::NAN);
    match target {
        Type::Boolean => (value != 0.0).to_string().into(),
        Type::Varchar(_) | Type::Real | Type::Double if is_whole => match text {
            "-0" => "0".into(),
            text => text.into(),
        },
        Type::Varchar(_) => {
            // As a cast of the double.
            let shown = shown(value);
            if value.is_finite() && !shown.contains('E') {
                return scientific(value).into();
            }
            shown.into()
        }
        Type::Real | Type::Double => text.into(),
        _ if is_whole => text.into(),
        Type::Decimal { .. } => value.to_string().into(),
        _ => value.round().to_string().into(),
    }
}

/// A double with a power of ten, whatever its size.
fn scientific(value: f64) -> String {
    if value == 0.0 {
        return if value.is_sign_negative() { "-0E0" } else { "0E0" }.to_owned();
    }
    let text = format!("{value:e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let point = if digits.contains('.') { "" } else { ".0" };
    format!("{digits}{point}E{exponent}")
}

/// The text of the value that comes next.
fn part<'a>(text: &'a str, reader: &mut Reader<'a>) -> std::result::Result<&'a str, Malformed> {
    reader.next()?;
    let start = reader.at();
    reader.skip()?;
    Ok(text[start..reader.at()].trim())
}

/// The elements of an array; `None` for what is not one.
fn elements(text: &str) -> Result<Option<Vec<&str>>> {
    let mut reader = Reader::new(text);
    let mut read = || {
        if reader.next()? != Next::Array {
            return Ok(None);
        }
        reader.array()?;
        let (mut first, mut found) = (true, Vec::new());
        while reader.element(&mut first)? {
            found.push(part(text, &mut reader)?);
        }
        Ok(Some(found))
    };
    read().or_else(|error| malformed(text, error))
}

/// A name and the text of its value.
type Member<'a> = (Cow<'a, str>, &'a str);

/// The members of an object, of those with one name the last; `None` for what is not one.
fn members(text: &str) -> Result<Option<Vec<Member<'_>>>> {
    let mut reader = Reader::new(text);
    let mut read = || {
        if reader.next()? != Next::Object {
            return Ok(None);
        }
        reader.object()?;
        let (mut first, mut found) = (true, Vec::<Member<'_>>::new());
        let mut known = HashMap::new();
        while let Some(key) = reader.key(&mut first)? {
            let value = part(text, &mut reader)?;
            match known.get(&key) {
                Some(place) => found[*place] = (key, value),
                None => {
                    known.insert(key.clone(), found.len());
                    found.push((key, value));
                }
            }
        }
        Ok(Some(found))
    };
    read().or_else(|error| malformed(text, error))
}

fn arrays(
    convert: Convert,
    texts: &[Option<&str>],
    item: &Type,
    target: &Type,
    gives: &DataType,
) -> Result<ArrayRef> {
    let (mut found, mut ends) = (Vec::new(), Ends::new());
    for text in texts {
        let Some(text) = text.filter(|text| !is_null(Some(text))) else {
            ends.null(found.len())?;
            continue;
        };
        match elements(text)? {
            Some(elements) => found.extend(elements.into_iter().map(Some)),
            None => return misfit(text, target),
        }
        ends.end(found.len())?;
    }
    ends.finish(values(convert, &found, item)?, gives)
}

fn maps(
    convert: Convert,
    texts: &[Option<&str>],
    (key, value): (&Type, &Type),
    target: &Type,
    gives: &DataType,
) -> Result<ArrayRef> {
    let (mut keys, mut found, mut made) = (Vec::new(), Vec::new(), Maps::new());
    let mut bounds = Vec::with_capacity(texts.len());
    for text in texts {
        let Some(text) = text.filter(|text| !is_null(Some(text))) else {
            made.null()?;
            continue;
        };
        let Some(members) = members(text)? else { return misfit(text, target) };
        let start = keys.len();
        for (name, value) in members {
            made.push(keys.len(), keys.len());
            keys.push(name);
            found.push(Some(value));
        }
        made.end()?;
        bounds.push((start..keys.len(), text));
    }
    let names: ArrayRef = Arc::new(StringArray::from_iter_values(keys));
    let keys = convert(Strict(true), &names, &Type::VARCHAR, key)?;
    let identities = identities(&keys)?;
    for (places, text) in bounds {
        let mut seen = HashSet::new();
        if !places.into_iter().all(|place| seen.insert(identities.row(place))) {
            return refuse(format!("two keys of {text} are one in {target}"));
        }
    }
    made.finish(&keys, &values(convert, &found, value)?, gives)
}

fn rows(
    convert: Convert,
    texts: &[Option<&str>],
    fields: &[Field],
    target: &Type,
    gives: &DataType,
) -> Result<ArrayRef> {
    let DataType::Struct(members_of) = gives else { return internal_err!("rows of {gives}") };
    let mut columns: Vec<Vec<Option<&str>>> = vec![Vec::with_capacity(texts.len()); fields.len()];
    let mut valid = Vec::with_capacity(texts.len());
    for text in texts {
        let text = text.filter(|text| !is_null(Some(text)));
        valid.push(text.is_some());
        let Some(text) = text else {
            columns.iter_mut().for_each(|column| column.push(None));
            continue;
        };
        if let Some(elements) = elements(text)? {
            if elements.len() != fields.len() {
                return misfit(text, target);
            }
            for (column, element) in columns.iter_mut().zip(elements) {
                column.push(Some(element));
            }
            continue;
        }
        let members = members(text)?.filter(|_| fields.iter().all(|field| field.name.is_some()));
        let Some(members) = members else { return misfit(text, target) };
        for (column, field) in columns.iter_mut().zip(fields) {
            let name = field.name.as_deref().unwrap_or_default();
            let found = members.iter().rev().find(|(key, _)| same_name(key, name));
            column.push(found.map(|(_, value)| *value));
        }
    }
    let columns =
        columns.iter().zip(fields).map(|(texts, field)| values(convert, texts, &field.ty));
    let columns = columns.collect::<Result<Vec<_>>>()?;
    Ok(Arc::new(StructArray::try_new(members_of.clone(), columns, Some(valid.into()))?))
}
