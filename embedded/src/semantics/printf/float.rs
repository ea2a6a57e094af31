//! The digits of a number with a fraction, rounded to a precision.

use super::super::text::sizes::half_up;

/// A number without its sign: `0.` and its digits, times a power of ten.
pub(super) struct Digits {
    /// Without zeros at the beginning; empty for zero.
    digits: String,
    power: i64,
    /// How many digits there are after the point, in plain form.
    plain: String,
}

impl Digits {
    /// The digits of a number in plain decimal form, `123.45`.
    pub(super) fn of(plain: &str) -> Digits {
        let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
        let all = format!("{whole}{fraction}");
        let digits = all.trim_start_matches('0');
        let power = whole.len() as i64 - (all.len() - digits.len()) as i64;
        Digits { digits: digits.to_owned(), power, plain: plain.to_owned() }
    }

    /// The number as a conversion writes it: `e`, `f` or `g`.
    pub(super) fn write(&self, conversion: char, precision: Option<usize>) -> String {
        let precision = precision.unwrap_or(6);
        match conversion {
            'f' => fixed(&self.plain, precision),
            'e' => self.scientific(precision),
            _ => self.general(precision.max(1)),
        }
    }

    /// One digit before the point, and so many after it, and the power of ten that it has then.
    fn rounded(&self, precision: usize) -> (String, i64) {
        let Some((first, rest)) = self.digits.split_at_checked(1) else {
            return (fixed("0", precision), 0);
        };
        if first.is_empty() {
            return (fixed("0", precision), 0);
        }
        let mantissa = fixed(&format!("{first}.{rest}"), precision);
        match mantissa.strip_prefix("10") {
            Some(_) => (fixed("1", precision), self.power),
            None => (mantissa, self.power - 1),
        }
    }

    fn scientific(&self, precision: usize) -> String {
        let (mantissa, power) = self.rounded(precision);
        let sign = if power < 0 { '-' } else { '+' };
        format!("{mantissa}e{sign}{:02}", power.abs())
    }

    /// So many digits in all, with a power of ten where there would be many zeros.
    fn general(&self, precision: usize) -> String {
        let (_, power) = self.rounded(precision - 1);
        let most = precision as i64;
        if self.digits.is_empty() || (-4..most).contains(&power) {
            return fixed(&self.plain, usize::try_from(most - 1 - power).unwrap_or_default());
        }
        self.scientific(precision - 1)
    }
}

/// A number in plain form, rounded or filled up to so many digits after the point.
fn fixed(plain: &str, precision: usize) -> String {
    let mut text = half_up(plain, precision).into_owned();
    if precision > 0 {
        let digits = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        if !text.contains('.') {
            text.push('.');
        }
        text.push_str(&"0".repeat(precision - digits));
    }
    text
}
