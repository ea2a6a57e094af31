//! `format`: values in a text, as Java's formatter puts them there.

mod float;
mod moment;
mod specifier;
mod value;

use arrow_array::ArrayRef;
use arrow_schema::DataType;
use datafusion::common::{Result, plan_err};

use super::function::{Call, Function, Gives, Takes, refuse};
use crate::types;
use specifier::{Part, Specifier};
use value::{Column, Value};

/// The function that formats.
pub(super) fn functions() -> Vec<Function> {
    const TEXT: Gives = Gives::Fixed(&DataType::Utf8);
    vec![Function::new("format", Takes::Rule(takes), TEXT, format)]
}

fn takes(found: &[DataType]) -> Result<Vec<DataType>> {
    let [text, values @ ..] = found else { return plan_err!("format takes a text and values") };
    if !matches!(types::canonical(text), DataType::Utf8 | DataType::Null) || values.is_empty() {
        return plan_err!("format takes a text and values, not ({})", types::names(found));
    }
    let values = values.iter().map(types::canonical);
    Ok([DataType::Utf8].into_iter().chain(values).collect())
}

fn format(call: &Call<'_>) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    let columns = (1..call.count()).map(|index| Column::of(call, index));
    let columns = columns.collect::<Result<Vec<_>>>()?;
    let mut last: Option<(String, Vec<Part>)> = None;
    call.make_texts(|row, out| {
        let Some(text) = texts.get(row) else { return Ok(None) };
        let wrong = |reason: String| refuse(format!("'{text}' does not format: {reason}"));
        if last.as_ref().is_none_or(|(known, _)| known != text) {
            match specifier::parts(text) {
                Ok(parts) => last = Some((text.to_owned(), parts)),
                Err(reason) => return wrong(reason),
            }
        }
        for part in last.iter().flat_map(|(_, parts)| parts) {
            let (specifier, index) = match part {
                Part::Text(text) => {
                    out.push_str(text);
                    continue;
                }
                Part::Value(specifier, index) => (specifier, *index),
            };
            let Some(column) = columns.get(index) else {
                return wrong(format!(
                    "value {}, which {specifier} stands for, is missing",
                    index + 1
                ));
            };
            if let Err(reason) = write(specifier, &column.get(row), out) {
                return wrong(reason);
            }
        }
        Ok(Some(()))
    })
}

/// Appends a value as a specifier says.
fn write(specifier: &Specifier, value: &Value<'_>, out: &mut String) -> Result<(), String> {
    let unfit = || Err(format!("{specifier} is not for {}", value.words()));
    let text = match (specifier.conversion, value) {
        ('b', Value::Null) => "false".to_owned(),
        ('b', Value::Boolean(value)) => value.to_string(),
        ('b', _) => "true".to_owned(),
        (_, Value::Null) => "null".to_owned(),
        ('s', value) => value.show(),
        ('h', value) => match value.hash() {
            Some(hash) => format!("{hash:x}"),
            None => return unfit(),
        },
        ('d', Value::Integer(number)) => {
            let digits = number.unsigned_abs().to_string();
            return specifier.number(*number < 0, &digits, out);
        }
        ('x' | 'o', Value::Integer(number)) => {
            let (prefix, digits) = match specifier.conversion {
                'x' => ("0x", format!("{number:x}")),
                _ => ("0", format!("{number:o}")),
            };
            return specifier.bits(prefix, &digits, out);
        }
        ('e' | 'f' | 'g', Value::Double(number)) if !number.is_finite() => {
            return specifier.special(*number, out);
        }
        ('e' | 'f' | 'g', Value::Double(_) | Value::Decimal { .. }) => {
            let Some((is_negative, number)) = value.digits() else { return unfit() };
            let digits = number.write(specifier.conversion, specifier.precision);
            return specifier.number(is_negative, &digits, out);
        }
        ('t', value) => match moment::write(specifier.letter, value) {
            Some(text) => text,
            None => return unfit(),
        },
        _ => return unfit(),
    };
    specifier.text(&text, out);
    Ok(())
}
