//! The values that Spark sends, appended to Arrow arrays: what it means by them. Arrays,
//! maps and structs come as JSON, with leaves that JSON has no place for as texts: see
//! `transfer`.

use arrow_array::builder::BinaryBuilder;
use lakequery_types::json::{Next, Reader};
use lakequery_types::same_name;

use crate::arrow::build::{ArrayBuilder, MapBuilder, RowBuilder, append_bytes};
use crate::arrow::scalar::{Fault, Result, Scalar};
use crate::arrow::schema::UNNAMED;
use crate::arrow::text::{self, Instant};
use crate::budget::Budget;

/// Appends a value of a column.
#[inline]
pub(super) fn append(
    values: &mut ArrayBuilder,
    value: Scalar<'_>,
    budget: &mut Budget,
) -> Result<()> {
    match (&mut *values, value) {
        (ArrayBuilder::List(_) | ArrayBuilder::Map(_) | ArrayBuilder::Row(_), value) => {
            let Scalar::Text(text) = value else { return Err(Fault::NotOfType) };
            let mut json = Reader::new(std::str::from_utf8(text).map_err(|_| Fault::NotUtf8)?);
            append_json(values, &mut json, budget)?;
            Ok(json.end()?)
        }
        _ => append_leaf(values, value),
    }
}

/// Appends a value that is not nested.
fn append_leaf(values: &mut ArrayBuilder, value: Scalar<'_>) -> Result<()> {
    match (&mut *values, value) {
        (ArrayBuilder::Timestamp { zone: true, .. }, value) => {
            values.append(Scalar::Instant(instant(value)?))
        }
        (ArrayBuilder::Bytes(values), Scalar::Text(text)) => append_hex(values, text),
        (ArrayBuilder::Months(_) | ArrayBuilder::Milliseconds(_), Scalar::Text(text)) => {
            values.append(Scalar::Text(unquoted(text).ok_or(Fault::OutOfRange)?))
        }
        (values, value) => values.append(value),
    }
}

/// An instant: microseconds, or the time that UTC's clocks show unless an offset follows.
fn instant(value: Scalar<'_>) -> Result<Instant> {
    match value {
        Scalar::Int(count) => Ok(Instant::of_microseconds(count)),
        Scalar::Number(count) => {
            Ok(Instant::of_microseconds(count.parse().map_err(|_| Fault::NotOfType)?))
        }
        Scalar::Text(mut rest) => {
            let local = text::local(&mut rest).ok_or(Fault::OutOfRange)?;
            let ahead = match rest {
                b"" | b"Z" => Some(0),
                rest => text::offset(rest),
            };
            ahead.and_then(|ahead| local.earlier(ahead)).ok_or(Fault::OutOfRange)
        }
        _ => Err(Fault::NotOfType),
    }
}

/// What stands in `INTERVAL '…' YEAR TO MONTH`, or all of a bare text.
fn unquoted(text: &[u8]) -> Option<&[u8]> {
    let Some(quoted) = text.strip_prefix(b"INTERVAL '") else {
        return Some(text);
    };
    let end = quoted.iter().position(|byte| *byte == b'\'')?;
    quoted.get(..end)
}

fn append_hex(values: &mut BinaryBuilder, text: &[u8]) -> Result<()> {
    let (pairs, rest) = text.as_chunks::<2>();
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let byte = |[high, low]: &[u8; 2]| u8::try_from(digit(*high)? * 16 + digit(*low)?).ok();
    let bytes = pairs.iter().map(byte).collect::<Option<Vec<u8>>>();
    match bytes {
        Some(bytes) if rest.is_empty() => append_bytes(values, &bytes),
        _ => Err(Fault::NotOfType),
    }
}

/// Appends the next value of a JSON text. The depth is that of the type.
fn append_json(
    values: &mut ArrayBuilder,
    json: &mut Reader<'_>,
    budget: &mut Budget,
) -> Result<()> {
    let next = json.next()?;
    match (next, &mut *values) {
        (Next::Null, values) => {
            json.null()?;
            values.append_null();
            Ok(())
        }
        (Next::Array, ArrayBuilder::List(lists)) => {
            json.array()?;
            let mut first = true;
            while json.element(&mut first)? {
                append_json(lists.elements(1, budget)?, json, budget)?;
            }
            lists.end()
        }
        (Next::Array, ArrayBuilder::Map(maps)) => append_entries(maps, json, budget),
        // As `to_json` writes a map whose keys are texts.
        (Next::Object, ArrayBuilder::Map(maps)) => {
            json.object()?;
            let mut first = true;
            while let Some(key) = json.key(&mut first)? {
                let (keys, values) = maps.entries(1, budget)?;
                append(keys, Scalar::Text(key.as_bytes()), budget)?;
                append_json(values, json, budget)?;
            }
            maps.end()
        }
        (Next::Object, ArrayBuilder::Row(rows)) => append_row(rows, json, budget),
        (Next::Array | Next::Object, _) => Err(Fault::NotOfType),
        (Next::Boolean, values) => append_leaf(values, Scalar::Bool(json.boolean()?)),
        (Next::Number, values) => append_leaf(values, Scalar::Number(json.number()?)),
        (Next::String, values) => append_leaf(values, Scalar::Text(json.string()?.as_bytes())),
    }
}

/// Appends a map that comes as its entries: `[{"key": …, "value": …}, …]`.
fn append_entries(maps: &mut MapBuilder, json: &mut Reader<'_>, budget: &mut Budget) -> Result<()> {
    json.array()?;
    let mut first = true;
    while json.element(&mut first)? {
        let (keys, values) = maps.entries(1, budget)?;
        let mut first = true;
        json.object()?;
        for (name, values) in [("key", keys), ("value", values)] {
            if json.key(&mut first)?.is_none_or(|key| key != name) {
                return Err(Fault::NotOfType);
            }
            append_json(values, json, budget)?;
        }
        if json.key(&mut first)?.is_some() {
            return Err(Fault::NotOfType);
        }
    }
    maps.end()
}

/// Appends a struct, whose fields come by name, in their order; one that does not come is
/// NULL.
fn append_row(rows: &mut RowBuilder, json: &mut Reader<'_>, budget: &mut Budget) -> Result<()> {
    let before = rows.len();
    let (mut next, mut first) = (0, true);
    json.object()?;
    while let Some(key) = json.key(&mut first)? {
        let RowBuilder { members, fields, .. } = &mut *rows;
        let is = |at: &usize| {
            members.get(*at).is_some_and(|member| member.len() == before)
                && fields.get(*at).is_some_and(|field| is_called(field.name(), *at, &key))
        };
        let at = Some(next).filter(is).or_else(|| (0..members.len()).find(is));
        let at = at.ok_or(Fault::NotOfType)?;
        append_json(members.get_mut(at).ok_or(Fault::NotOfType)?, json, budget)?;
        next = at + 1;
    }
    for member in &mut rows.members {
        if member.len() == before {
            member.append_null();
        }
    }
    rows.end();
    Ok(())
}

/// Whether a struct's field has this name: its own or, where a row's field has none, the one
/// that the dialect gives it, `col1` for the first.
fn is_called(field: &str, at: usize, name: &str) -> bool {
    let number = |text: &str, word| text.strip_prefix(word)?.parse::<usize>().ok();
    same_name(field, name)
        || number(field, UNNAMED) == Some(at) && number(name, "col") == Some(at + 1)
}

#[cfg(test)]
mod tests {
    use arrow_array::ArrayRef;
    use lakequery_types::Type;

    use super::*;

    fn built(ty: &str, value: Scalar<'_>) -> Result<ArrayRef> {
        let mut values = ArrayBuilder::new(&Type::parse(ty).unwrap(), 1).unwrap();
        append(&mut values, value, &mut Budget::of(0))?;
        Ok(values.finish().unwrap())
    }

    /// What `value` is appended as is what `same` is.
    fn same(ty: &str, value: Scalar<'_>, same: &str) {
        let expected = built(ty, Scalar::Text(same.as_bytes())).unwrap();
        assert_eq!(built(ty, value).as_ref(), Ok(&expected), "{ty}: {value:?}");
    }

    #[test]
    fn fields_without_a_name_are_called_as_the_dialect_calls_them() {
        let row = |text: &str| built("row(integer, varchar)", Scalar::Text(text.as_bytes()));
        let expected = row(r#"{"field0":1,"field1":"a"}"#);
        assert!(expected.is_ok());
        assert_eq!(row(r#"{"col1":1,"col2":"a"}"#), expected);
        for text in [r#"{"col0":1}"#, r#"{"col3":1}"#, r#"{"col":1}"#, r#"{"col2":"a","col2":"b"}"#]
        {
            assert!(row(text).is_err(), "{text}");
        }
    }

    #[test]
    fn leaves_are_read_as_spark_writes_them() {
        let zoned = "timestamp(6) with time zone";
        same(zoned, Scalar::Int(-1), "1969-12-31 23:59:59.999999Z");
        same(zoned, Scalar::Number("123000"), "1970-01-01T00:00:00.123");
        same(zoned, Scalar::Text(b"1970-01-01 00:00:00.5-01:30"), "1970-01-01 01:30:00.5");
        same("interval year to month", Scalar::Text(b"INTERVAL '-0-3' YEAR TO MONTH"), "-0-3");
        same(
            "interval day to second",
            Scalar::Text(b"INTERVAL '-0 00:00:00.5' DAY TO SECOND"),
            "-0 00:00:00.500000000",
        );
        same("varbinary", Scalar::Bytes(b"\x01\xff"), "01Ff");
        for (ty, text) in [
            (zoned, "1970-01-01 00:00:00 UTC"),
            (zoned, "1970-01-01"),
            ("timestamp(6)", "1970-01-01T00:00:00Z"),
            ("interval year to month", "INTERVAL '1-2 YEAR TO MONTH"),
            ("varbinary", "0"),
            ("varbinary", "0g"),
            ("bigint", "1"),
        ] {
            assert!(built(ty, Scalar::Text(text.as_bytes())).is_err(), "{ty}: {text}");
        }
        assert_eq!(
            built("timestamp(3) with time zone", Scalar::Int(1)).err(),
            Some(Fault::OutOfRange)
        );
    }

    #[test]
    fn nested_values_are_json() {
        let row = "row(\"a\" bigint, \"B\" varchar, \"c\" array(date))";
        for (ty, json, expected) in [
            ("array(bigint)", "[]", Ok("[]")),
            ("array(bigint)", " [ 1 , null ] ", Ok("[1,null]")),
            ("array(array(double))", "[[1.5,\"NaN\"],null]", Ok("[[1.5,\"NaN\"],null]")),
            (
                "map(varchar,bigint)",
                "{\"a\":1,\"b\":null}",
                Ok("[{\"key\":\"a\",\"value\":1},{\"key\":\"b\",\"value\":null}]"),
            ),
            (
                "map(date,varbinary)",
                "[{\"key\":\"2024-02-29\",\"value\":\"00\"}]",
                Ok("{\"2024-02-29\":\"00\"}"),
            ),
            // By name, in any case; what is left out is NULL.
            (
                row,
                "{\"a\":1,\"b\":\"x\",\"c\":[\"2024-02-29\"]}",
                Ok("{\"c\":[\"2024-02-29\"],\"B\":\"x\",\"a\":1}"),
            ),
            (row, "{\"b\":\"x\"}", Ok("{\"a\":null,\"b\":\"x\",\"c\":null}")),
            (row, "{\"b\":\"x\",\"B\":\"y\"}", Err(Fault::NotOfType)),
            (row, "{\"d\":1}", Err(Fault::NotOfType)),
            (row, "[1,\"x\",[]]", Err(Fault::NotOfType)),
            ("array(bigint)", "[\"1\"]", Err(Fault::NotOfType)),
            ("array(bigint)", "{}", Err(Fault::NotOfType)),
            ("array(decimal(2,1))", "[1.5,15]", Err(Fault::NotOfType)),
            ("map(varchar,bigint)", "[{\"value\":1,\"key\":\"a\"}]", Err(Fault::NotOfType)),
            (
                "map(varchar,bigint)",
                "[{\"key\":\"a\",\"value\":1,\"more\":1}]",
                Err(Fault::NotOfType),
            ),
        ] {
            let found = built(ty, Scalar::Text(json.as_bytes()));
            let expected = expected.map(|json| built(ty, Scalar::Text(json.as_bytes())).unwrap());
            assert_eq!(found, expected, "{ty}: {json}");
        }
        for json in ["", "[1", "[1,]", "[1]]", "[1 2]", "[nul]"] {
            let found = built("array(bigint)", Scalar::Text(json.as_bytes()));
            assert!(matches!(found, Err(Fault::Malformed(_))), "{json}: {found:?}");
        }
        assert_eq!(
            built("array(varchar)", Scalar::Text(b"[\"\xff\"]")).err(),
            Some(Fault::NotUtf8)
        );
        assert_eq!(built("array(bigint)", Scalar::Int(1)).err(), Some(Fault::NotOfType));
    }
}
