//! [`Scalar`]: a value as a protocol hands it over, and [`Fault`], why one can't be taken.

use lakequery_types::json::Malformed;

use super::text::Instant;
use crate::budget::TooLarge;

/// A value, by how it came: the column that it goes to says what it means.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scalar<'a> {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    #[cfg_attr(not(feature = "spark"), expect(dead_code, reason = "JSON has texts of them"))]
    Int(i64),
    /// A number in binary.
    #[cfg_attr(not(feature = "spark"), expect(dead_code, reason = "JSON has texts of them"))]
    Float(f64),
    /// The digits of a number.
    Number(&'a str),
    /// A text, or another value written as one.
    Text(&'a [u8]),
    /// Bytes.
    #[cfg_attr(not(feature = "spark"), expect(dead_code, reason = "JSON has texts of them"))]
    Bytes(&'a [u8]),
    /// A point in time, of which it is known where that is.
    Instant(Instant),
}

/// Why a value could not be read. It never holds the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// What was sent is not in the form that it should be.
    Malformed(Malformed),
    /// The value is not of its column's type.
    NotOfType,
    /// A text is not UTF-8.
    NotUtf8,
    /// The values take more memory than those of the answer may.
    TooLarge,
    /// The value can't be held by the Arrow type of its column.
    OutOfRange,
    /// A time that the clocks of its zone showed twice.
    #[cfg_attr(not(feature = "_coordinator"), expect(dead_code, reason = "others send UTC"))]
    Ambiguous,
    /// The server writes keys of maps as text, which can't be told apart when
    /// the keys are arrays, maps or rows.
    #[cfg_attr(not(feature = "_coordinator"), expect(dead_code, reason = "others send entries"))]
    NestedKey,
}

/// What is read, or why it is not.
pub(crate) type Result<T> = std::result::Result<T, Fault>;

impl From<Malformed> for Fault {
    fn from(malformed: Malformed) -> Fault {
        Fault::Malformed(malformed)
    }
}

impl From<TooLarge> for Fault {
    fn from(_: TooLarge) -> Fault {
        Fault::TooLarge
    }
}
