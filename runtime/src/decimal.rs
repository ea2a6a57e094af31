//! [`Decimal`]: exact decimal numbers of up to 38 digits.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use lakequery_types::MAX_PRECISION;

/// An exact decimal number of up to 38 digits: an integer and the number of its
/// digits that stand after the point.
///
/// Numbers are compared, ordered and hashed by value, so `1.50` equals `1.5`.
/// [`Display`](fmt::Display) writes all digits of the scale and never an exponent.
///
/// ```
/// use lakequery::Decimal;
///
/// let price: Decimal = "19.90".parse()?;
/// assert_eq!(price.unscaled(), 1990);
/// assert_eq!(price.scale(), 2);
/// assert_eq!(price, "19.9".parse()?);
/// assert_eq!(price.to_string(), "19.90");
/// # Ok::<(), lakequery::DecimalError>(())
/// ```
#[derive(Clone, Copy, Default)]
pub struct Decimal {
    unscaled: i128,
    scale: u8,
}

/// A text or number that no [`Decimal`] can be, or a [`Decimal`] that the
/// wanted type can't hold exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecimalError(String);

impl fmt::Display for DecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for DecimalError {}

/// 10 to the power of `exponent`, which is at most 38.
const fn power(exponent: u8) -> i128 {
    10i128.pow(exponent as u32)
}

/// The first number with too many digits.
const LIMIT: i128 = power(MAX_PRECISION);

impl Decimal {
    /// Zero.
    pub const ZERO: Decimal = Decimal { unscaled: 0, scale: 0 };

    /// The number `unscaled` / 10^`scale`; `None` with more than 38 digits or a
    /// scale above 38.
    ///
    /// ```
    /// # use lakequery::Decimal;
    /// assert_eq!(Decimal::new(-5, 2).unwrap().to_string(), "-0.05");
    /// ```
    pub const fn new(unscaled: i128, scale: u8) -> Option<Decimal> {
        if scale > MAX_PRECISION || unscaled <= -LIMIT || unscaled >= LIMIT {
            return None;
        }
        Some(Decimal { unscaled, scale })
    }

    /// All digits, as an integer.
    pub const fn unscaled(self) -> i128 {
        self.unscaled
    }

    /// How many digits stand after the point.
    pub const fn scale(self) -> u8 {
        self.scale
    }

    /// How many digits there are, without leading zeros; at least the scale, and at least 1.
    pub const fn precision(self) -> u8 {
        let digits = match self.unscaled.unsigned_abs().checked_ilog10() {
            Some(log) => log as u8 + 1,
            None => 1,
        };
        if digits < self.scale { self.scale } else { digits }
    }

    /// The same number with another scale; `None` where that would lose digits
    /// or need more than 38.
    ///
    /// ```
    /// # use lakequery::Decimal;
    /// let half: Decimal = "0.50".parse()?;
    /// assert_eq!(half.rescale(1).map(|d| d.to_string()), Some("0.5".into()));
    /// assert_eq!(half.rescale(0), None);
    /// # Ok::<(), lakequery::DecimalError>(())
    /// ```
    pub const fn rescale(self, scale: u8) -> Option<Decimal> {
        if scale >= self.scale {
            if scale > MAX_PRECISION {
                return None;
            }
            match self.unscaled.checked_mul(power(scale - self.scale)) {
                Some(unscaled) => Decimal::new(unscaled, scale),
                None => None,
            }
        } else {
            let divisor = power(self.scale - scale);
            if self.unscaled % divisor != 0 {
                return None;
            }
            Some(Decimal { unscaled: self.unscaled / divisor, scale })
        }
    }

    /// The same number with no zeros at the end of its fraction.
    pub const fn normalize(self) -> Decimal {
        let mut this = self;
        while this.scale > 0 && this.unscaled % 10 == 0 {
            this.unscaled /= 10;
            this.scale -= 1;
        }
        this
    }

    /// The nearest `f64`; digits beyond the 15th or so are lost.
    pub fn to_f64(self) -> f64 {
        // The standard library's parser rounds correctly; dividing two floats would not.
        self.to_string().parse().unwrap_or(f64::NAN)
    }

    /// The whole part, and the fraction as a count of 10^-38; both have the number's sign.
    const fn split(self) -> (i128, i128) {
        let one = power(self.scale);
        (self.unscaled / one, self.unscaled % one * power(MAX_PRECISION - self.scale))
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Decimal) -> bool {
        self.split() == other.split()
    }
}

impl Eq for Decimal {}

impl Ord for Decimal {
    fn cmp(&self, other: &Decimal) -> Ordering {
        self.split().cmp(&other.split())
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Decimal) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for Decimal {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.split().hash(state);
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.unscaled.unsigned_abs().to_string();
        let scale = usize::from(self.scale);
        let text = if scale == 0 {
            digits
        } else {
            let digits = format!("{digits:0>width$}", width = scale + 1);
            let (whole, fraction) = digits.split_at(digits.len() - scale);
            format!("{whole}.{fraction}")
        };
        f.pad_integral(self.unscaled >= 0, "", &text)
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    /// Reads `[+-]digits[.digits]`; the digits after the point make the scale.
    fn from_str(text: &str) -> Result<Decimal, DecimalError> {
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let digits = || whole.bytes().chain(fraction.bytes());
        if digits().next().is_none() || !digits().all(|digit| digit.is_ascii_digit()) {
            return Err(DecimalError(format!("`{text}` is not a decimal number")));
        }
        let too_long = || DecimalError(format!("`{text}` has more than {MAX_PRECISION} digits"));
        let mut unscaled: i128 = 0;
        for digit in digits() {
            unscaled = unscaled
                .checked_mul(10)
                .and_then(|tens| tens.checked_add(i128::from(digit - b'0')))
                .ok_or_else(too_long)?;
        }
        let scale = u8::try_from(fraction.len()).map_err(|_| too_long())?;
        let unscaled = if text.starts_with('-') { -unscaled } else { unscaled };
        Decimal::new(unscaled, scale).ok_or_else(too_long)
    }
}

macro_rules! integers {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Decimal {
            fn from(value: $integer) -> Decimal {
                Decimal { unscaled: i128::from(value), scale: 0 }
            }
        }

        impl TryFrom<Decimal> for $integer {
            type Error = DecimalError;

            /// The number itself, where it is whole and fits.
            fn try_from(value: Decimal) -> Result<$integer, DecimalError> {
                value
                    .rescale(0)
                    .and_then(|whole| <$integer>::try_from(whole.unscaled).ok())
                    .ok_or_else(|| {
                        DecimalError(format!("{value} does not fit {}", stringify!($integer)))
                    })
            }
        }
    )*};
}

integers!(i8, i16, i32, i64, u8, u16, u32, u64);

impl TryFrom<i128> for Decimal {
    type Error = DecimalError;

    fn try_from(value: i128) -> Result<Decimal, DecimalError> {
        Decimal::new(value, 0)
            .ok_or_else(|| DecimalError(format!("{value} has more than {MAX_PRECISION} digits")))
    }
}

impl TryFrom<Decimal> for i128 {
    type Error = DecimalError;

    /// The number itself, where it is whole.
    fn try_from(value: Decimal) -> Result<i128, DecimalError> {
        match value.rescale(0) {
            Some(whole) => Ok(whole.unscaled),
            None => Err(DecimalError(format!("{value} does not fit i128"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasher, RandomState};

    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    const NINES: &str = "99999999999999999999999999999999999999";

    #[test]
    fn texts_read_back() {
        let tiny = format!("0.{}1", "0".repeat(37));
        let negative = format!("-{NINES}");
        for text in ["0", "0.00", "-0.05", "12.340", "100", NINES, &negative, &tiny] {
            assert_eq!(decimal(text).to_string(), text);
        }
        for (text, canonical) in [("+1.5", "1.5"), (".5", "0.5"), ("5.", "5"), ("007", "7")] {
            assert_eq!(decimal(text).to_string(), canonical);
        }
        assert_eq!(
            format!("{:>8}|{:<8}|{:+}", decimal("-1.5"), decimal("2.25"), decimal("1")),
            "    -1.5|2.25    |+1"
        );
    }

    #[test]
    fn nonsense_is_refused() {
        let long = format!("{NINES}0");
        let deep = format!("0.{}", "0".repeat(39));
        for text in ["", "-", ".", "1e5", "1.2.3", "--1", "1 ", "٣", "NaN", &long, &deep] {
            assert!(text.parse::<Decimal>().is_err(), "{text}");
        }
        assert_eq!(Decimal::new(LIMIT, 0), None);
        assert_eq!(Decimal::new(i128::MIN, 0), None);
        assert_eq!(Decimal::new(0, 39), None);
    }

    #[test]
    fn order_is_by_value() {
        let whole = NINES.to_owned();
        let fraction = format!("0.{NINES}");
        let ascending =
            ["-100", "-99.9", "-0.5", "0", fraction.as_str(), "1.00000", "1.01", &whole];
        for (i, a) in ascending.iter().enumerate() {
            for (j, b) in ascending.iter().enumerate() {
                assert_eq!(decimal(a).cmp(&decimal(b)), i.cmp(&j), "{a} {b}");
            }
        }
        let hasher = RandomState::new();
        assert_eq!(decimal("1.50"), decimal("1.5"));
        assert_eq!(hasher.hash_one(decimal("1.50")), hasher.hash_one(decimal("1.5")));
    }

    #[test]
    fn conversions_are_exact_or_refused() {
        assert_eq!(i64::try_from(decimal("12.00")), Ok(12));
        assert_eq!(u8::try_from(decimal("255")), Ok(255));
        assert!(u8::try_from(decimal("256")).is_err());
        assert!(i64::try_from(decimal("12.5")).is_err());
        assert_eq!(i128::try_from(decimal(NINES)), Ok(LIMIT - 1));
        assert!(Decimal::try_from(LIMIT).is_err());
        assert_eq!(Decimal::from(u64::MAX).to_string(), "18446744073709551615");
        assert_eq!(decimal("0.1").to_f64(), 0.1);
        assert_eq!(decimal("-12345678.90123").to_f64(), -12_345_678.901_23);
        assert_eq!(decimal(NINES).rescale(1), None);
        assert_eq!(decimal("1.500").normalize().scale(), 1);
        assert_eq!(decimal("0.00").precision(), 2);
        assert_eq!(decimal("123.4").precision(), 4);
    }
}
