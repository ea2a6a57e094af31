//! Which types a column can have: those that all of its values so far fit.
//!
//! Values only take types away, so that neither the order of rows nor that of
//! files matters.

use arrow_schema::{DataType, TimeUnit};
use lakequery_types::Type;

use super::scalar::{self, DIGITS, Moment, Number};
use crate::types;

/// The type of a column of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::folder) enum Scalar {
    Boolean,
    TinyInt,
    SmallInt,
    Integer,
    BigInt,
    /// With all digits that a decimal can have, so many of them behind the point.
    Decimal(usize),
    /// With so many digits, of them so many behind the point.
    Fixed(u8, u8),
    Real,
    Double,
    Date,
    Timestamp(TimeUnit),
    TimestampTz(TimeUnit),
    Varchar,
}

impl Scalar {
    /// The one for values of a type; `None` where no text is read as such.
    pub(in crate::folder) fn of(ty: &Type) -> Option<Scalar> {
        Some(match ty {
            Type::Boolean => Scalar::Boolean,
            Type::TinyInt => Scalar::TinyInt,
            Type::SmallInt => Scalar::SmallInt,
            Type::Integer => Scalar::Integer,
            Type::BigInt => Scalar::BigInt,
            Type::Decimal { precision, scale } => Scalar::Fixed(*precision, *scale),
            Type::Real => Scalar::Real,
            Type::Double => Scalar::Double,
            Type::Varchar(_) => Scalar::Varchar,
            Type::Date => Scalar::Date,
            Type::Timestamp(precision) => Scalar::Timestamp(types::unit(*precision)?),
            Type::TimestampTz(precision) => Scalar::TimestampTz(types::unit(*precision)?),
            _ => return None,
        })
    }

    /// Whether JSON writes its values as numbers.
    pub(super) fn is_number(self) -> bool {
        !matches!(self, Scalar::Boolean | Scalar::Varchar) && !self.is_moment()
    }

    /// Whether JSON writes its values as strings where it is exact.
    pub(super) fn is_written_as_text(self) -> bool {
        matches!(self, Scalar::Decimal(_) | Scalar::Fixed(..)) || self.is_moment()
    }

    fn is_moment(self) -> bool {
        matches!(self, Scalar::Date | Scalar::Timestamp(_) | Scalar::TimestampTz(_))
    }

    /// The type of its arrays.
    pub(in crate::folder) fn arrow(self) -> DataType {
        match self {
            Scalar::Boolean => DataType::Boolean,
            Scalar::TinyInt => DataType::Int8,
            Scalar::SmallInt => DataType::Int16,
            Scalar::Integer => DataType::Int32,
            Scalar::BigInt => DataType::Int64,
            Scalar::Decimal(scale) => {
                DataType::Decimal128(lakequery_types::MAX_PRECISION, scale as i8)
            }
            Scalar::Fixed(precision, scale) => types::decimal(precision, scale),
            Scalar::Real => DataType::Float32,
            Scalar::Double => DataType::Float64,
            Scalar::Date => DataType::Date32,
            Scalar::Timestamp(unit) => DataType::Timestamp(unit, None),
            Scalar::TimestampTz(unit) => DataType::Timestamp(unit, Some("UTC".into())),
            Scalar::Varchar => DataType::Utf8,
        }
    }
}

/// A set of types; `varchar` is in every one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Types(u8);

impl Types {
    const NONE: Types = Types(0);
    const BOOLEAN: Types = Types(1);
    const BIGINT: Types = Types(1 << 1);
    const DECIMAL: Types = Types(1 << 2);
    const DOUBLE: Types = Types(1 << 3);
    const DATE: Types = Types(1 << 4);
    const TIMESTAMP: Types = Types(1 << 5);
    const TIMESTAMP_TZ: Types = Types(1 << 6);
    const ALL: Types = Types(0x7f);

    fn with(self, other: Types) -> Types {
        Types(self.0 | other.0)
    }

    fn has(self, other: Types) -> bool {
        self.0 & other.0 != 0
    }

    fn only(self, condition: bool) -> Types {
        if condition { self } else { Types::NONE }
    }
}

/// The types that all values of a column so far fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidates {
    types: Types,
    /// Whether there was a value at all.
    seen: bool,
    /// Whether there was a number that is no word.
    numbers: bool,
    /// Whether all numbers are integers.
    integers: bool,
    /// The most digits before the point, and behind it.
    whole: usize,
    scale: usize,
    /// The most digits of a second.
    digits: usize,
    /// Whether a moment is out of the years that nanoseconds reach.
    wide: bool,
}

impl Candidates {
    pub(super) fn new() -> Candidates {
        Candidates {
            types: Types::ALL,
            seen: false,
            numbers: false,
            integers: true,
            whole: 0,
            scale: 0,
            digits: 0,
            wide: false,
        }
    }

    /// Takes away the types that the value does not fit.
    #[inline]
    pub(super) fn see(&mut self, text: &str) {
        self.seen = true;
        if self.types != Types::NONE {
            self.types = Types(self.types.0 & self.fitted(text).0);
        }
    }

    /// The types of a text.
    fn fitted(&mut self, text: &str) -> Types {
        match text.as_bytes() {
            [b't' | b'T' | b'f' | b'F', ..] => Types::BOOLEAN.only(scalar::boolean(text).is_some()),
            [_, _, _, _, b'-', ..] => self.fitted_date(text),
            _ => match Number::parse(text) {
                Some(number) => self.fitted_number(&number),
                None => Types::DOUBLE.only(scalar::word(text).is_some()),
            },
        }
    }

    fn fitted_date(&mut self, text: &str) -> Types {
        if let Some(date) = scalar::date(text) {
            let utc = date.into();
            self.moment(Moment { utc, digits: 0, has_zone: false });
            return Types::DATE.with(Types::TIMESTAMP);
        }
        match scalar::moment(text) {
            Some(moment) => {
                self.moment(moment);
                if moment.has_zone { Types::TIMESTAMP_TZ } else { Types::TIMESTAMP }
            }
            None => Types::NONE,
        }
    }

    fn moment(&mut self, moment: Moment) {
        self.digits = self.digits.max(moment.digits);
        self.wide |= moment.utc.and_utc().timestamp_nanos_opt().is_none();
    }

    /// The types of a number.
    pub(super) fn see_number(&mut self, number: &Number<'_>) {
        self.seen = true;
        self.types = Types(self.types.0 & self.fitted_number(number).0);
    }

    fn fitted_number(&mut self, number: &Number<'_>) -> Types {
        self.numbers = true;
        self.integers &= number.is_integer();
        self.whole = self.whole.max(number.whole.trim_start_matches('0').len());
        self.scale = self.scale.max(number.fraction.len());
        let fits_double = self.types.has(Types::DOUBLE) && number.double().is_some();
        Types::BIGINT
            .only(self.types.has(Types::BIGINT) && number.bigint().is_some())
            .with(Types::DECIMAL.only(number.is_decimal()))
            .with(Types::DOUBLE.only(fits_double))
    }

    /// The types that the values of both fit.
    pub(super) fn merge(&mut self, other: &Candidates) {
        self.types = Types(self.types.0 & other.types.0);
        self.seen |= other.seen;
        self.numbers |= other.numbers;
        self.integers &= other.integers;
        self.whole = self.whole.max(other.whole);
        self.scale = self.scale.max(other.scale);
        self.digits = self.digits.max(other.digits);
        self.wide |= other.wide;
    }

    /// The narrowest type; `varchar` where no value has come.
    pub(super) fn resolve(&self) -> Scalar {
        let has = |types| self.seen && self.types.has(types);
        let decimal = has(Types::DECIMAL) && self.whole + self.scale <= DIGITS;
        let unit = types::unit(self.digits as u8).unwrap_or(TimeUnit::Nanosecond);
        let fits = unit != TimeUnit::Nanosecond || !self.wide;
        if has(Types::BOOLEAN) {
            Scalar::Boolean
        } else if has(Types::BIGINT) {
            Scalar::BigInt
        } else if decimal && self.integers {
            Scalar::Decimal(0)
        } else if has(Types::DOUBLE) && self.numbers {
            Scalar::Double
        } else if decimal {
            Scalar::Decimal(self.scale)
        } else if has(Types::DATE) {
            Scalar::Date
        } else if has(Types::TIMESTAMP) && fits {
            Scalar::Timestamp(unit)
        } else if has(Types::TIMESTAMP_TZ) && fits {
            Scalar::TimestampTz(unit)
        } else {
            Scalar::Varchar
        }
    }
}

/// Whether a unit holds so many digits of a second.
pub(super) fn holds(unit: TimeUnit, digits: usize) -> bool {
    digits <= usize::from(types::digits(unit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use TimeUnit::*;

    #[test]
    fn a_type_fits_all_values() {
        for (values, expected) in [
            (&[][..], Scalar::Varchar),
            (&["true", "FALSE"], Scalar::Boolean),
            (&["true", "1"], Scalar::Varchar),
            (&["1", "-0"], Scalar::BigInt),
            (&["1", "00123"], Scalar::Varchar),
            (&["1", "9223372036854775808"], Scalar::Decimal(0)),
            (&["9999999999999999999999999999999999999"], Scalar::Decimal(0)),
            (&["999999999999999999999999999999999999999"], Scalar::Varchar),
            (&["1", "2.5"], Scalar::Double),
            (&["1", "2e5"], Scalar::Double),
            (&["9007199254740993", "2.5"], Scalar::Decimal(1)),
            (&["9007199254740993", "2e5"], Scalar::Varchar),
            (&["1.5", "NaN", "-Infinity"], Scalar::Double),
            (&["NaN"], Scalar::Varchar),
            (&["1", "1e400"], Scalar::Varchar),
            (&["1", "x"], Scalar::Varchar),
            (&["2024-01-01"], Scalar::Date),
            (&["2024-01-01", "2024-01-01 10:00:00"], Scalar::Timestamp(Second)),
            (&["2024-01-01T10:00:00.1", "2024-01-01"], Scalar::Timestamp(Millisecond)),
            (&["2024-01-01T10:00:00.123456789"], Scalar::Timestamp(Nanosecond)),
            (&["2024-01-01T10:00:00.123456789", "0001-01-01"], Scalar::Varchar),
            (
                &["2024-01-01T10:00:00Z", "2024-01-01T10:00:00.5+02"],
                Scalar::TimestampTz(Millisecond),
            ),
            (&["2024-01-01T10:00:00Z", "2024-01-01T10:00:00"], Scalar::Varchar),
            (&["2024-01-01T10:00:00Z", "2024-01-01"], Scalar::Varchar),
            (&["2024-01-01", "5"], Scalar::Varchar),
            (&["2024-02-30"], Scalar::Varchar),
        ] {
            let all = |values: &mut dyn Iterator<Item = &&str>| {
                let mut candidates = Candidates::new();
                values.for_each(|value| candidates.see(value));
                candidates
            };
            assert_eq!(all(&mut values.iter()).resolve(), expected, "{values:?}");
            assert_eq!(all(&mut values.iter().rev()).resolve(), expected, "{values:?}");
            // In two files.
            for cut in 0..values.len() {
                let mut both = all(&mut values[..cut].iter());
                both.merge(&all(&mut values[cut..].iter()));
                assert_eq!(both.resolve(), expected, "{values:?} at {cut}");
            }
        }
    }
}
