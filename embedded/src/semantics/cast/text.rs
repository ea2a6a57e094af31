//! Casts to varchar and char.

use std::fmt::Write;

use arrow_array::{Array, ArrayRef};
use datafusion::common::Result;
use lakequery_types::Type;

use super::super::decimal;
use super::super::function::Call;
use super::source::{Source, Strict};

/// Casts to varchar or char: text is cut to the length, anything else must fit.
pub(super) fn cast(
    call: &Call<'_>,
    strict: Strict,
    array: &ArrayRef,
    source: &Type,
    target: &Type,
) -> Result<ArrayRef> {
    let (most, pad) = match *target {
        Type::Varchar(most) => (most, false),
        Type::Char(length) => (Some(length), true),
        _ => (None, false),
    };
    let values = Source::of(array, source)?;
    if let (Source::Texts(_), None) = (&values, most) {
        return Ok(ArrayRef::clone(array));
    }
    let most = most.map(|most| most as usize);
    call.make_texts(|row, out| {
        if array.is_null(row) {
            return Ok(None);
        }
        match &values {
            Source::Texts(texts) => out.push_str(head(texts.value(row), most)),
            values => {
                write(values, row, out);
                if most.is_some_and(|most| out.chars().count() > most) {
                    return strict.settle(Err(format!("{out} is too long for {target}")));
                }
            }
        }
        if let (true, Some(length)) = (pad, most) {
            let missing = length.saturating_sub(out.chars().count());
            out.extend(std::iter::repeat_n(' ', missing));
        }
        Ok(Some(()))
    })
}

/// The first so many characters of a text.
fn head(text: &str, most: Option<usize>) -> &str {
    match most.and_then(|most| text.char_indices().nth(most)) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

/// Appends a value that is not NULL.
fn write(values: &Source, row: usize, out: &mut String) {
    match values {
        Source::Booleans(array) => out.push_str(if array.value(row) { "true" } else { "false" }),
        Source::Integers(array) => {
            // Writing into a String does not fail, here and below.
            let _ = write!(out, "{}", array.value(row));
        }
        Source::Reals(array) => write_real(array.value(row), out),
        Source::Doubles(array) => write_double(array.value(row), out),
        Source::Decimals(array, scale) => decimal::write(array.value(row), *scale, out),
        Source::Texts(array) => out.push_str(array.value(row)),
        Source::Temporal(values) => values.write(row, out),
    }
}

/// A double as Trino prints it: `1.0E20`, `NaN`, `-Infinity`, `0E0`.
fn write_double(value: f64, out: &mut String) {
    if let Some(word) = special(value) {
        out.push_str(word);
    } else {
        // The shortest digits that read back as the same double.
        scientific(&format!("{value:e}"), out);
    }
}

/// A real as Trino prints it: at most seven digits.
fn write_real(value: f32, out: &mut String) {
    if let Some(word) = special(value.into()) {
        out.push_str(word);
    } else {
        let shortest: f64 = value.to_string().parse().unwrap_or(f64::NAN);
        scientific(&format!("{shortest:.6e}"), out);
    }
}

fn special(value: f64) -> Option<&'static str> {
    if value.is_nan() {
        Some("NaN")
    } else if value.is_infinite() {
        Some(if value > 0.0 { "Infinity" } else { "-Infinity" })
    } else if value == 0.0 {
        Some(if value.is_sign_negative() { "-0E0" } else { "0E0" })
    } else {
        None
    }
}

/// `1.5e-5` as `1.5E-5`, with one digit after the point at least and no zeros
/// at the end beyond it.
fn scientific(text: &str, out: &mut String) {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let fraction = fraction.trim_end_matches('0');
    let fraction = if fraction.is_empty() { "0" } else { fraction };
    let _ = write!(out, "{whole}.{fraction}E{exponent}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floating_point_prints_as_in_trino() {
        for (value, expected) in [
            (1.0, "1.0E0"),
            (100_000_000.0, "1.0E8"),
            (1e20, "1.0E20"),
            (1e-5, "1.0E-5"),
            (-12.5, "-1.25E1"),
            (0.1, "1.0E-1"),
            (1.0 / 3.0, "3.333333333333333E-1"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
            (0.0, "0E0"),
            (-0.0, "-0E0"),
        ] {
            let mut out = String::new();
            write_double(value, &mut out);
            assert_eq!(out, expected);
        }
        let mut out = String::new();
        write_real(1.1, &mut out);
        assert_eq!(out, "1.1E0");
    }
}
