//! Casts to numbers and to boolean.

use arrow_array::types::{
    Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
};
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType};
use datafusion::common::{Result, internal_err};
use lakequery_types::Type;

use super::super::decimal::{self, power};
use super::super::function::Call;
use super::source::{Source, Strict};

type Cast<T> = std::result::Result<T, String>;

/// Casts to an integer, `real`, `double`, decimal or boolean type.
pub(super) fn cast(
    call: &Call<'_>,
    strict: Strict,
    source: Source,
    target: &Type,
) -> Result<ArrayRef> {
    match target {
        Type::Boolean => to_boolean(call, strict, &source),
        Type::TinyInt => to_integer::<Int8Type>(call, strict, &source, target),
        Type::SmallInt => to_integer::<Int16Type>(call, strict, &source, target),
        Type::Integer => to_integer::<Int32Type>(call, strict, &source, target),
        Type::BigInt => to_integer::<Int64Type>(call, strict, &source, target),
        Type::Real => to_real(call, strict, &source),
        Type::Double => to_double(call, strict, &source),
        &Type::Decimal { precision, scale } => {
            to_decimal(call, strict, &source, (precision, scale))
        }
        other => internal_err!("a cast to {other}"),
    }
}

fn to_boolean(call: &Call<'_>, strict: Strict, source: &Source) -> Result<ArrayRef> {
    let each =
        |array: &dyn Array, value: &dyn Fn(usize) -> Cast<bool>| {
            call.make_booleans(|row| {
                if array.is_null(row) { Ok(None) } else { strict.settle(value(row)) }
            })
        };
    match source {
        Source::Booleans(array) => each(array, &|row| Ok(array.value(row))),
        Source::Integers(array) => each(array, &|row| Ok(array.value(row) != 0)),
        Source::Reals(array) => each(array, &|row| Ok(array.value(row) != 0.0)),
        Source::Doubles(array) => each(array, &|row| Ok(array.value(row) != 0.0)),
        Source::Decimals(array, _) => each(array, &|row| Ok(array.value(row) != 0)),
        Source::Texts(array) => each(array, &|row| {
            let value = array.value(row);
            let is = |word: &str| value.eq_ignore_ascii_case(word);
            if value == "1" || is("t") || is("true") {
                Ok(true)
            } else if value == "0" || is("f") || is("false") {
                Ok(false)
            } else {
                Err(format!("cannot cast '{value}' to boolean"))
            }
        }),
        Source::Temporal(_) => internal_err!("a cast of a date or time to boolean"),
    }
}

fn to_integer<T>(
    call: &Call<'_>,
    strict: Strict,
    source: &Source,
    target: &Type,
) -> Result<ArrayRef>
where
    T: ArrowPrimitiveType,
    T::Native: TryFrom<i64>,
{
    let fit = |value: i64| {
        T::Native::try_from(value).map_err(|_| format!("{value} is out of range for {target}"))
    };
    match source {
        Source::Booleans(array) => call.make_numbers::<T>(|row| {
            if array.is_null(row) { Ok(None) } else { strict.settle(fit(array.value(row).into())) }
        }),
        Source::Integers(array) => strict.each::<_, T>(call, array, fit),
        Source::Reals(array) => {
            strict.each::<_, T>(call, array, |value| fit(round(value.into(), target)?))
        }
        Source::Doubles(array) => {
            strict.each::<_, T>(call, array, |value| fit(round(value, target)?))
        }
        Source::Decimals(array, scale) => strict.each::<_, T>(call, array, |value| {
            let whole = decimal::rescale(value, *scale, 0, 38);
            match whole.and_then(|whole| i64::try_from(whole).ok()) {
                Some(whole) => fit(whole),
                None => Err(format!("{} is out of range for {target}", plain(value, *scale))),
            }
        }),
        Source::Texts(array) => {
            strict.each_text::<T>(call, array, |value| match trim(value).parse::<i64>() {
                Ok(number) => fit(number).map_err(|_| format!("cannot cast '{value}' to {target}")),
                Err(_) => Err(format!("cannot cast '{value}' to {target}")),
            })
        }
        Source::Temporal(_) => internal_err!("a cast of a date or time to {target}"),
    }
}

/// The nearest integer, halves away from zero.
fn round(value: f64, target: &Type) -> Cast<i64> {
    let rounded = value.round();
    // Both bounds are exact as doubles.
    if rounded >= -(2_f64.powi(63)) && rounded < 2_f64.powi(63) {
        Ok(rounded as i64)
    } else if value.is_nan() {
        Err(format!("cannot cast NaN to {target}"))
    } else {
        Err(format!("{value} is out of range for {target}"))
    }
}

fn to_double(call: &Call<'_>, strict: Strict, source: &Source) -> Result<ArrayRef> {
    match source {
        Source::Booleans(array) => call.make_numbers::<Float64Type>(|row| {
            Ok(array.is_valid(row).then(|| f64::from(u8::from(array.value(row)))))
        }),
        Source::Integers(array) => {
            strict.each::<_, Float64Type>(call, array, |value| Ok(value as f64))
        }
        Source::Reals(array) => {
            strict.each::<_, Float64Type>(call, array, |value| Ok(value.into()))
        }
        Source::Doubles(array) => strict.each::<_, Float64Type>(call, array, Ok),
        Source::Decimals(array, scale) => {
            strict.each::<_, Float64Type>(call, array, |value| Ok(decimal_to_double(value, *scale)))
        }
        Source::Texts(array) => strict.each_text::<Float64Type>(call, array, |value| {
            parse_double(value).ok_or_else(|| format!("cannot cast '{value}' to double"))
        }),
        Source::Temporal(_) => internal_err!("a cast of a date or time to double"),
    }
}

fn to_real(call: &Call<'_>, strict: Strict, source: &Source) -> Result<ArrayRef> {
    match source {
        Source::Booleans(array) => call.make_numbers::<Float32Type>(|row| {
            Ok(array.is_valid(row).then(|| f32::from(u8::from(array.value(row)))))
        }),
        Source::Integers(array) => {
            strict.each::<_, Float32Type>(call, array, |value| Ok(value as f32))
        }
        Source::Reals(array) => strict.each::<_, Float32Type>(call, array, Ok),
        Source::Doubles(array) => {
            strict.each::<_, Float32Type>(call, array, |value| Ok(value as f32))
        }
        // By way of the digits, so that it is rounded once.
        Source::Decimals(array, scale) => strict.each::<_, Float32Type>(call, array, |value| {
            plain(value, *scale).parse().map_err(|_| "not a number".to_owned())
        }),
        Source::Texts(array) => strict.each_text::<Float32Type>(call, array, |value| {
            let number = java_number(value).and_then(|digits| digits.parse().ok());
            number.ok_or_else(|| format!("cannot cast '{value}' to real"))
        }),
        Source::Temporal(_) => internal_err!("a cast of a date or time to real"),
    }
}

fn to_decimal(
    call: &Call<'_>,
    strict: Strict,
    source: &Source,
    (precision, scale): (u8, u8),
) -> Result<ArrayRef> {
    let target = Type::decimal(precision, scale);
    let beyond = |shown: String| format!("cannot cast {shown} to {target}: it has too many digits");
    let rescale = |value: i128, from: u8| {
        decimal::rescale(value, from, scale, precision).ok_or_else(|| beyond(plain(value, from)))
    };
    let floating = |value: f64, digits: String| {
        if value.is_finite() {
            parse_decimal(&digits, precision, scale).ok_or_else(|| beyond(digits))
        } else {
            Err(format!("cannot cast {value} to {target}"))
        }
    };
    match source {
        Source::Booleans(array) => call.make_numbers::<Decimal128Type>(|row| {
            if array.is_null(row) {
                return Ok(None);
            }
            strict.settle(rescale(array.value(row).into(), 0))
        }),
        Source::Integers(array) => {
            strict.each::<_, Decimal128Type>(call, array, |value| rescale(value.into(), 0))
        }
        // The shortest digits that mean the number, not all that it has.
        Source::Reals(array) => strict.each::<_, Decimal128Type>(call, array, |value| {
            floating(value.into(), format!("{value:e}"))
        }),
        Source::Doubles(array) => strict
            .each::<_, Decimal128Type>(call, array, |value| floating(value, format!("{value:e}"))),
        Source::Decimals(array, from) => {
            strict.each::<_, Decimal128Type>(call, array, |value| rescale(value, *from))
        }
        Source::Texts(array) => strict.each_text::<Decimal128Type>(call, array, |value| {
            parse_decimal(value, precision, scale)
                .ok_or_else(|| format!("cannot cast '{value}' to {target}"))
        }),
        Source::Temporal(_) => internal_err!("a cast of a date or time to {target}"),
    }
}

fn plain(value: i128, scale: u8) -> String {
    let mut text = String::new();
    decimal::write(value, scale, &mut text);
    text
}

/// The nearest double to a decimal.
pub(super) fn decimal_to_double(value: i128, scale: u8) -> f64 {
    // Exact operands make the quotient the nearest double.
    if value.unsigned_abs() < 1 << 53 && scale <= 22 {
        return value as f64 / power(scale) as f64;
    }
    plain(value, scale).parse().unwrap_or(f64::NAN)
}

/// Java's `trim`, which Trino uses: control characters go, too.
fn trim(value: &str) -> &str {
    value.trim_matches(|c: char| c <= ' ')
}

/// The part of a text that Rust reads as the number that Java reads in the
/// whole; `None` where Java reads none.
fn java_number(value: &str) -> Option<&str> {
    let value = trim(value);
    let unsigned = value.strip_prefix(['+', '-']).unwrap_or(value);
    if unsigned == "NaN" {
        return Some("NaN");
    }
    if unsigned == "Infinity" {
        return Some(value);
    }
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    Some(value.strip_suffix(['d', 'D', 'f', 'F']).unwrap_or(value))
}

/// Reads a double as Java does.
fn parse_double(value: &str) -> Option<f64> {
    java_number(value)?.parse().ok()
}

/// Reads a decimal of so many digits, rounded half away from zero; no spaces.
fn parse_decimal(value: &str, precision: u8, scale: u8) -> Option<i128> {
    let (negative, unsigned) = match value.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, value.strip_prefix('+').unwrap_or(value)),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.len() + fraction.len() == 0 {
        return None;
    }
    let digits = || whole.bytes().chain(fraction.bytes());
    if !digits().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    // How many of the digits stand before the last place of the result.
    let kept = i64::try_from(whole.len()).ok()? + i64::from(exponent) + i64::from(scale);
    let mut result: i128 = 0;
    let mut count = 0;
    for digit in digits() {
        if count >= kept {
            if count == kept && digit >= b'5' {
                result += 1;
            }
            break;
        }
        result = result.checked_mul(10)?.checked_add(i128::from(digit - b'0'))?;
        count += 1;
    }
    // Zeros up to the last place; none are needed where nothing came before.
    if result != 0 && count < kept {
        let zeros = u8::try_from(kept - count).ok().filter(|zeros| *zeros <= 38)?;
        result = result.checked_mul(power(zeros))?;
    }
    (result < power(precision)).then_some(if negative { -result } else { result })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_and_rounded() {
        // Hand calculated; the refusals as in Trino's answers.
        for (text, precision, scale, expected) in [
            ("12", 5, 1, Some(120)),
            ("+5", 5, 1, Some(50)),
            ("1.5", 5, 1, Some(15)),
            (".25", 5, 1, Some(3)),
            ("-.25", 5, 1, Some(-3)),
            ("1e3", 5, 1, Some(10_000)),
            ("1.25e1", 5, 1, Some(125)),
            ("12345e-4", 5, 2, Some(123)),
            ("0.5e-3", 3, 2, Some(0)),
            ("5e-3", 3, 2, Some(1)),
            ("9.95", 2, 1, None),
            ("0e99", 2, 1, Some(0)),
            ("1e99", 38, 0, None),
            (" 12 ", 5, 1, None),
            ("", 5, 1, None),
            (".", 5, 1, None),
            ("1.2.3", 5, 1, None),
            ("99999999999999999999999999999999999999", 38, 0, Some(10_i128.pow(38) - 1)),
            ("0.10000000000000000555", 20, 18, Some(100_000_000_000_000_006)),
        ] {
            assert_eq!(parse_decimal(text, precision, scale), expected, "{text}");
        }
    }

    #[test]
    fn doubles_are_read_as_java_reads_them() {
        // Java's Double.valueOf.
        for (text, expected) in [
            ("12", Some(12.0)),
            (" 1.5\n", Some(1.5)),
            ("1e3", Some(1000.0)),
            ("1d", Some(1.0)),
            ("-Infinity", Some(f64::NEG_INFINITY)),
            ("inf", None),
            ("infinity", None),
            ("nan", None),
            ("", None),
            ("abc", None),
            (".", None),
            ("1_000", None),
        ] {
            assert_eq!(parse_double(text), expected, "{text}");
        }
        assert!(parse_double("NaN").is_some_and(f64::is_nan));
    }
}
