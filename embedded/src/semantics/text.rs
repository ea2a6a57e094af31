//! Functions on text. Positions and lengths count code points.

mod case;
mod distance;
mod language;
pub(super) mod sizes;

use std::sync::Arc;

use arrow_array::builder::{BinaryBuilder, StringBuilder};
use arrow_array::types::Int64Type;
use arrow_array::{ArrayRef, StringArray};
use arrow_schema::DataType;
use datafusion::common::{Result, plan_err};

use super::function::{Call, Column, Function, Gives, Param, Takes, refuse};
use super::nested::{
    self,
    shape::{self, Shape},
};
use crate::types;

const TEXT: Gives = Gives::Fixed(&DataType::Utf8);
const BIGINT: Gives = Gives::Fixed(&DataType::Int64);
const SAME: Gives = Gives::Types(|taken| Ok(taken[0].clone()));

/// The functions on text.
pub(super) fn functions() -> Vec<Function> {
    use Param::{Bigint, Bytes, Text};
    let mut functions = vec![
        Function::new("length", Takes::Lists(&[&[Text], &[Bytes]]), BIGINT, length),
        Function::new("upper", Takes::Lists(&[&[Text]]), TEXT, case::upper),
        Function::new("lower", Takes::Lists(&[&[Text]]), TEXT, case::lower),
        Function::new("reverse", Takes::Rule(reverse_takes), SAME, reverse),
        Function::new(
            "replace",
            Takes::Lists(&[&[Text, Text], &[Text, Text, Text]]),
            TEXT,
            replace,
        ),
        Function::new("translate", Takes::Lists(&[&[Text, Text, Text]]), TEXT, translate),
        Function::new("split_part", Takes::Lists(&[&[Text, Text, Bigint]]), TEXT, split_part),
        Function::new(
            "strpos",
            Takes::Lists(&[&[Text, Text], &[Text, Text, Bigint]]),
            BIGINT,
            strpos,
        ),
        Function::new(
            "starts_with",
            Takes::Lists(&[&[Text, Text]]),
            Gives::Fixed(&DataType::Boolean),
            starts_with,
        ),
        Function::new("chr", Takes::Lists(&[&[Bigint]]), TEXT, chr),
        Function::new(
            "codepoint",
            Takes::Lists(&[&[Text]]),
            Gives::Fixed(&DataType::Int32),
            codepoint,
        ),
        Function::new("concat", Takes::Rule(concat_takes), SAME, concat),
        Function::new("concat_ws", Takes::Rule(concat_ws_takes), TEXT, concat_ws),
    ];
    functions.extend(distance::functions());
    functions.extend(language::functions());
    functions.extend(sizes::functions());
    for name in ["substr", "substring"] {
        let takes = Takes::Lists(&[
            &[Text, Bigint],
            &[Text, Bigint, Bigint],
            &[Bytes, Bigint],
            &[Bytes, Bigint, Bigint],
        ]);
        functions.push(Function::new(name, takes, SAME, substring));
    }
    for name in ["lpad", "rpad"] {
        let takes = Takes::Lists(&[&[Text, Bigint, Text], &[Bytes, Bigint, Bytes]]);
        functions.push(if name == "lpad" {
            Function::new(name, takes, SAME, |call| pad(call, true))
        } else {
            Function::new(name, takes, SAME, |call| pad(call, false))
        });
    }
    const TRIM: Takes = Takes::Lists(&[&[Param::Text], &[Param::Text, Param::Text]]);
    functions.extend([
        Function::new("ltrim", TRIM, TEXT, |call| trim(call, true, false)),
        Function::new("rtrim", TRIM, TEXT, |call| trim(call, false, true)),
        Function::new("trim", TRIM, TEXT, |call| trim(call, true, true)),
        // What TRIM(BOTH … FROM …) is planned as.
        Function::new("btrim", TRIM, TEXT, |call| trim(call, true, true)),
    ]);
    functions
}

/// How many code points a text has.
fn count(text: &str) -> usize {
    // Every byte but those that continue a code point.
    text.as_bytes().iter().filter(|byte| (**byte as i8) >= -0x40).count()
}

/// The byte at which the code point of that index starts; the end for any
/// index beyond.
fn offset(text: &str, index: usize) -> usize {
    if text.len() <= index {
        return text.len();
    }
    text.char_indices().nth(index).map_or(text.len(), |(at, _)| at)
}

fn length(call: &Call<'_>) -> Result<ArrayRef> {
    if call.ty(0) == DataType::Binary {
        let values = call.bytes(0)?;
        return call.make_numbers::<Int64Type>(|row| Ok(values.get(row).map(|v| v.len() as i64)));
    }
    let texts = call.texts(0)?;
    call.make_numbers::<Int64Type>(|row| Ok(texts.get(row).map(|text| count(text) as i64)))
}

fn reverse_takes(found: &[DataType]) -> Result<Vec<DataType>> {
    use Shape::{Array, Of};
    shape::fit("reverse", &[&[Of(Param::Text)], &[Of(Param::Bytes)], &[Array]], found)
}

fn reverse(call: &Call<'_>) -> Result<ArrayRef> {
    if let DataType::List(_) = call.gives() {
        return nested::reverse(call);
    }
    if call.ty(0) == DataType::Binary {
        let values = call.bytes(0)?;
        return call.make_bytes(|row, out| {
            Ok(values.get(row).map(|value| out.extend(value.iter().rev())))
        });
    }
    let texts = call.texts(0)?;
    call.make_texts(|row, out| Ok(texts.get(row).map(|text| out.extend(text.chars().rev()))))
}

/// Builds an array of slices of a text argument: no copies but the result.
fn slices(
    call: &Call<'_>,
    texts: &Column<StringArray>,
    slice: impl for<'a> Fn(usize, &'a str) -> Result<Option<&'a str>>,
) -> Result<ArrayRef> {
    let mut builder = StringBuilder::with_capacity(call.rows(), call.rows() * 8);
    for row in 0..call.rows() {
        builder.append_option(match texts.get(row) {
            Some(text) => slice(row, text)?,
            None => None,
        });
    }
    Ok(Arc::new(builder.finish()))
}

/// The code points, or bytes, that `substring` keeps of `count`: where they
/// start and how many. A start of 0 keeps nothing; a negative one counts from
/// the end.
fn window(start: i64, length: Option<i64>, count: i64) -> (usize, usize) {
    let from = match start {
        0 => return (0, 0),
        1.. => start - 1,
        _ => start.saturating_add(count),
    };
    if from < 0 || from >= count {
        return (0, 0);
    }
    let most = count - from;
    let kept = length.map_or(most, |length| length.clamp(0, most));
    (usize::try_from(from).unwrap_or(0), usize::try_from(kept).unwrap_or(0))
}

fn substring(call: &Call<'_>) -> Result<ArrayRef> {
    let starts = call.numbers::<Int64Type>(1)?;
    let lengths = if call.count() == 3 { Some(call.numbers::<Int64Type>(2)?) } else { None };
    // NULL where start or length is.
    let bounds = |row: usize| {
        let start = starts.get(row)?;
        match &lengths {
            Some(lengths) => lengths.get(row).map(|length| (start, Some(length))),
            None => Some((start, None)),
        }
    };
    if call.ty(0) == DataType::Binary {
        let values = call.bytes(0)?;
        let mut builder = BinaryBuilder::with_capacity(call.rows(), call.rows() * 8);
        for row in 0..call.rows() {
            builder.append_option(values.get(row).zip(bounds(row)).map(
                |(value, (start, length))| {
                    let (from, kept) = window(start, length, value.len() as i64);
                    &value[from..from + kept]
                },
            ));
        }
        return Ok(Arc::new(builder.finish()));
    }
    let texts = call.texts(0)?;
    slices(call, &texts, |row, text| {
        let Some((start, length)) = bounds(row) else { return Ok(None) };
        // The end is looked for only where the start is counted from there.
        let total =
            if start > 0 && !text.is_ascii() { text.len() as i64 } else { count(text) as i64 };
        let (from, kept) = window(start, length, total);
        if text.is_ascii() {
            return Ok(Some(&text[from..from + kept]));
        }
        let rest = &text[offset(text, from)..];
        Ok(Some(&rest[..offset(rest, kept)]))
    })
}

fn replace(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, searches) = (call.texts(0)?, call.texts(1)?);
    let replacements = if call.count() == 3 { Some(call.texts(2)?) } else { None };
    call.make_texts(|row, out| {
        let replacement = match &replacements {
            Some(replacements) => replacements.get(row),
            None => Some(""),
        };
        let (Some(text), Some(search), Some(replacement)) =
            (texts.get(row), searches.get(row), replacement)
        else {
            return Ok(None);
        };
        // Nothing to search for is found before every character and at the end.
        let mut at = 0;
        for (found, matched) in text.match_indices(search) {
            out.push_str(&text[at..found]);
            out.push_str(replacement);
            at = found + matched.len();
        }
        out.push_str(&text[at..]);
        Ok(Some(()))
    })
}

fn translate(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, from, to) = (call.texts(0)?, call.texts(1)?, call.texts(2)?);
    call.make_texts(|row, out| {
        let (Some(text), Some(from), Some(to)) = (texts.get(row), from.get(row), to.get(row))
        else {
            return Ok(None);
        };
        for c in text.chars() {
            match from.chars().position(|candidate| candidate == c) {
                Some(position) => out.extend(to.chars().nth(position)),
                None => out.push(c),
            }
        }
        Ok(Some(()))
    })
}

fn split_part(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, delimiters) = (call.texts(0)?, call.texts(1)?);
    let indexes = call.numbers::<Int64Type>(2)?;
    slices(call, &texts, |row, text| {
        let (Some(delimiter), Some(index)) = (delimiters.get(row), indexes.get(row)) else {
            return Ok(None);
        };
        let Some(index) = usize::try_from(index).ok().and_then(|index| index.checked_sub(1)) else {
            return refuse("the index of split_part must be greater than zero");
        };
        if delimiter.is_empty() {
            // Every character is a part.
            let rest = &text[offset(text, index)..];
            return Ok(rest.chars().next().map(|c| &rest[..c.len_utf8()]));
        }
        Ok(text.split(delimiter).nth(index))
    })
}

fn strpos(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, searches) = (call.texts(0)?, call.texts(1)?);
    let instances = if call.count() == 3 { Some(call.numbers::<Int64Type>(2)?) } else { None };
    call.make_numbers::<Int64Type>(|row| {
        let instance = match &instances {
            Some(instances) => instances.get(row),
            None => Some(1),
        };
        let (Some(text), Some(search), Some(instance)) =
            (texts.get(row), searches.get(row), instance)
        else {
            return Ok(None);
        };
        if instance == 0 {
            return refuse("the instance of strpos must not be zero");
        }
        if search.is_empty() {
            return Ok(Some(1));
        }
        Ok(Some(instance_of(text, search, instance).map_or(0, |at| count(&text[..at]) as i64 + 1)))
    })
}

/// Where the n-th instance starts, overlapping ones included; a negative n
/// counts from the end.
fn instance_of(text: &str, search: &str, instance: i64) -> Option<usize> {
    let mut left = instance.unsigned_abs();
    if instance > 0 {
        let mut from = 0;
        loop {
            let at = from + text[from..].find(search)?;
            left -= 1;
            if left == 0 {
                return Some(at);
            }
            from = at + text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    let mut until = text.len();
    loop {
        let at = text[..until].rfind(search)?;
        left -= 1;
        if left == 0 {
            return Some(at);
        }
        // The next may overlap this one but must start before it.
        until = at + search.len();
        while until > 0 {
            until -= 1;
            if text.is_char_boundary(until) {
                break;
            }
        }
    }
}

fn starts_with(call: &Call<'_>) -> Result<ArrayRef> {
    let (texts, prefixes) = (call.texts(0)?, call.texts(1)?);
    call.make_booleans(|row| {
        Ok(texts.get(row).zip(prefixes.get(row)).map(|(text, prefix)| text.starts_with(prefix)))
    })
}

fn chr(call: &Call<'_>) -> Result<ArrayRef> {
    let points = call.numbers::<Int64Type>(0)?;
    call.make_texts(|row, out| {
        let Some(point) = points.get(row) else { return Ok(None) };
        match u32::try_from(point).ok().and_then(char::from_u32) {
            Some(c) => {
                out.push(c);
                Ok(Some(()))
            }
            None => refuse(format!("{point} is not a Unicode code point")),
        }
    })
}

fn codepoint(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    call.make_numbers::<arrow_array::types::Int32Type>(|row| {
        let Some(text) = texts.get(row) else { return Ok(None) };
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            // Code points end far below 2^31.
            (Some(c), None) => Ok(Some(u32::from(c) as i32)),
            _ => refuse(format!("codepoint takes one character, not '{text}'")),
        }
    })
}

/// Whether a character is white space to Java, and so to Trino.
fn is_space(c: char) -> bool {
    match c {
        '\u{1c}'..='\u{1f}' => true,
        '\u{85}' | '\u{a0}' | '\u{2007}' | '\u{202f}' => false,
        c => c.is_whitespace(),
    }
}

fn trim(call: &Call<'_>, start: bool, end: bool) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    let sets = if call.count() == 2 { Some(call.texts(1)?) } else { None };
    slices(call, &texts, |row, text| {
        let set = match &sets {
            Some(sets) => match sets.get(row) {
                Some(set) => Some(set),
                None => return Ok(None),
            },
            None => None,
        };
        let goes = |c: char| set.map_or_else(|| is_space(c), |set| set.contains(c));
        let text = if start { text.trim_start_matches(goes) } else { text };
        Ok(Some(if end { text.trim_end_matches(goes) } else { text }))
    })
}

fn pad(call: &Call<'_>, left: bool) -> Result<ArrayRef> {
    let lengths = call.numbers::<Int64Type>(1)?;
    let wanted = |row: usize| match lengths.get(row) {
        None => Ok(None),
        Some(length) => match i32::try_from(length) {
            Ok(length @ 0..) => Ok(Some(length as usize)),
            _ => refuse("the length to pad to must be from 0 to 2147483647"),
        },
    };
    const EMPTY: &str = "there is nothing to pad with";
    if call.ty(0) == DataType::Binary {
        let (values, fills) = (call.bytes(0)?, call.bytes(2)?);
        return call.make_bytes(|row, out| {
            let (Some(value), Some(wanted), Some(fill)) =
                (values.get(row), wanted(row)?, fills.get(row))
            else {
                return Ok(None);
            };
            if fill.is_empty() {
                return refuse(EMPTY);
            }
            let missing = wanted.saturating_sub(value.len());
            let fill = fill.iter().cycle().take(missing);
            let value = &value[..value.len().min(wanted)];
            if left {
                out.extend(fill);
                out.extend(value);
            } else {
                out.extend(value);
                out.extend(fill);
            }
            Ok(Some(()))
        });
    }
    let (texts, fills) = (call.texts(0)?, call.texts(2)?);
    call.make_texts(|row, out| {
        let (Some(text), Some(wanted), Some(fill)) = (texts.get(row), wanted(row)?, fills.get(row))
        else {
            return Ok(None);
        };
        if fill.is_empty() {
            return refuse(EMPTY);
        }
        let fill = fill.chars().cycle().take(wanted.saturating_sub(count(text)));
        let text = &text[..offset(text, wanted)];
        if left {
            out.extend(fill);
            out.push_str(text);
        } else {
            out.push_str(text);
            out.extend(fill);
        }
        Ok(Some(()))
    })
}

/// Text or bytes throughout.
fn concat_takes(found: &[DataType]) -> Result<Vec<DataType>> {
    match types::common_of(found) {
        Some(common @ DataType::List(_)) => Ok(vec![common; found.len()]),
        Some(DataType::Null) => Ok(vec![DataType::Utf8; found.len()]),
        Some(common @ (DataType::Utf8 | DataType::Binary)) => Ok(vec![common; found.len()]),
        _ => plan_err!("`||` and concat cannot be applied to {}", types::names(found)),
    }
}

fn concat(call: &Call<'_>) -> Result<ArrayRef> {
    if let DataType::List(_) = call.gives() {
        return nested::concat(call);
    }
    if *call.gives() == DataType::Binary {
        let parts = (0..call.count()).map(|index| call.bytes(index)).collect::<Result<Vec<_>>>()?;
        return call.make_bytes(|row, out| {
            for part in &parts {
                let Some(part) = part.get(row) else { return Ok(None) };
                out.extend(part);
            }
            Ok(Some(()))
        });
    }
    let parts = (0..call.count()).map(|index| call.texts(index)).collect::<Result<Vec<_>>>()?;
    call.make_texts(|row, out| {
        for part in &parts {
            let Some(part) = part.get(row) else { return Ok(None) };
            out.push_str(part);
        }
        Ok(Some(()))
    })
}

fn concat_ws_takes(found: &[DataType]) -> Result<Vec<DataType>> {
    match types::common_of(found) {
        Some(DataType::Utf8 | DataType::Null) if found.len() >= 2 => {
            Ok(vec![DataType::Utf8; found.len()])
        }
        _ => plan_err!("concat_ws takes two varchar or more, not ({})", types::names(found)),
    }
}

fn concat_ws(call: &Call<'_>) -> Result<ArrayRef> {
    let parts = (0..call.count()).map(|index| call.texts(index)).collect::<Result<Vec<_>>>()?;
    call.make_texts(|row, out| {
        let Some(separator) = parts[0].get(row) else { return Ok(None) };
        for (index, part) in parts[1..].iter().filter_map(|part| part.get(row)).enumerate() {
            if index > 0 {
                out.push_str(separator);
            }
            out.push_str(part);
        }
        Ok(Some(()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instances_are_found() {
        // By hand, after Trino's documentation.
        for (text, search, instance, expected) in [
            ("abcabc", "bc", 1, Some(1)),
            ("abcabc", "bc", 2, Some(4)),
            ("abcabc", "bc", 3, None),
            ("abcabc", "bc", -1, Some(4)),
            ("abcabc", "bc", -2, Some(1)),
            ("abcabc", "bc", -3, None),
            ("aaaa", "aa", 2, Some(1)),
            ("aaaa", "aa", -2, Some(1)),
            ("éaéa", "éa", 2, Some(3)),
            ("éaéa", "éa", -2, Some(0)),
        ] {
            assert_eq!(instance_of(text, search, instance), expected, "{text} {search} {instance}");
        }
    }

    #[test]
    fn offsets_are_of_code_points() {
        assert_eq!(count("日本語"), 3);
        assert_eq!(count("a😀"), 2);
        assert_eq!(offset("日本語", 1), 3);
        assert_eq!(offset("日本語", 3), 9);
        assert_eq!(offset("日本語", 30), 9);
        assert_eq!(offset("", 0), 0);
    }
}
