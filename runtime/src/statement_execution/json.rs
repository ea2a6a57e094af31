//! Forms of JSON that the server's answers have, read piece by piece.

use std::borrow::Cow;

use lakequery_types::json::{Malformed, Next, Reader};

/// What was read, or where it is broken.
pub(crate) type Read<T> = Result<T, Malformed>;

/// Reads a text that is one object.
pub(crate) fn whole(text: &str, each: impl FnMut(&mut Reader<'_>, &str) -> Read<()>) -> Read<()> {
    let mut json = Reader::new(text);
    object(&mut json, each)?;
    json.end()
}

/// Reads an object; `each` reads the value of a member. Null is an object without members.
pub(crate) fn object(
    json: &mut Reader<'_>,
    mut each: impl FnMut(&mut Reader<'_>, &str) -> Read<()>,
) -> Read<()> {
    if json.null()? {
        return Ok(());
    }
    json.object()?;
    let mut first = true;
    while let Some(key) = json.key(&mut first)? {
        each(json, &key)?;
    }
    Ok(())
}

/// Reads an array; `each` reads an element. Null is an array without elements.
pub(crate) fn array(
    json: &mut Reader<'_>,
    mut each: impl FnMut(&mut Reader<'_>) -> Read<()>,
) -> Read<()> {
    if json.null()? {
        return Ok(());
    }
    json.array()?;
    let mut first = true;
    while json.element(&mut first)? {
        each(json)?;
    }
    Ok(())
}

/// Reads a value that may be null.
pub(crate) fn optional<'a, T>(
    json: &mut Reader<'a>,
    read: impl FnOnce(&mut Reader<'a>) -> Read<T>,
) -> Read<Option<T>> {
    if json.null()? { Ok(None) } else { read(json).map(Some) }
}

/// Reads a text, or null.
pub(crate) fn string(json: &mut Reader<'_>) -> Read<Option<String>> {
    optional(json, |json| json.string().map(Cow::into_owned))
}

/// A text, a number or a boolean, as text; nothing where it is something else.
pub(crate) fn scalar(json: &mut Reader<'_>) -> Read<Option<String>> {
    Ok(match json.next()? {
        Next::String => Some(json.string()?.into_owned()),
        Next::Number | Next::Boolean => Some(json.skip()?.to_owned()),
        _ => {
            json.skip()?;
            None
        }
    })
}

/// A number from 0, which may be written as a text.
pub(crate) fn count(json: &mut Reader<'_>) -> Read<u64> {
    let expected = "a number from 0";
    scalar(json)?.and_then(|text| text.parse().ok()).ok_or_else(|| json.malformed(expected))
}
