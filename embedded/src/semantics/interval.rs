//! Interval literals: `INTERVAL '1 02:03:04' DAY TO SECOND`.

mod duration;

use arrow_array::ArrayRef;
use arrow_array::types::{DurationMillisecondType, IntervalYearMonthType};
use arrow_schema::DataType;
use datafusion::common::{Result, ScalarValue, internal_err, plan_err};
use datafusion::sql::sqlparser::ast::{DateTimeField, Interval};
use lakequery_types::Type;

use super::function::{Call, Function, Gives, Param, Takes};
use super::temporal::months;
use crate::types::{DAY_TO_SECOND, YEAR_TO_MONTH};

/// `lake_interval('90061000', 'interval day to second')`: so many milliseconds
/// or months as an interval.
pub(super) const INTERVAL: &str = "lake_interval";

/// The function behind interval literals, and those on intervals as people write them.
pub(super) fn functions() -> Vec<Function> {
    let takes = Takes::Lists(&[&[Param::Text, Param::Text]]);
    let mut functions = duration::functions();
    functions.push(Function::new(INTERVAL, takes, Gives::Literals(gives), run));
    functions
}

fn gives(_: &[DataType], literals: &[Option<&ScalarValue>]) -> Result<DataType> {
    let name = match literals.get(1) {
        Some(Some(ScalarValue::Utf8(Some(name)))) => name.as_str(),
        _ => "",
    };
    match Type::parse(name) {
        Ok(Type::IntervalDayToSecond) => Ok(DAY_TO_SECOND),
        Ok(Type::IntervalYearToMonth) => Ok(YEAR_TO_MONTH),
        _ => plan_err!("'{name}' is not a type of interval"),
    }
}

fn run(call: &Call<'_>) -> Result<ArrayRef> {
    let amount = call.texts(0)?.get(0).and_then(|amount| amount.parse::<i64>().ok());
    let Some(amount) = amount else { return internal_err!("an interval without an amount") };
    match call.gives() {
        ty if *ty == DAY_TO_SECOND => {
            call.make_numbers::<DurationMillisecondType>(|_| Ok(Some(amount)))
        }
        _ => {
            let amount = months(amount)?;
            call.make_numbers::<IntervalYearMonthType>(|_| Ok(Some(amount)))
        }
    }
}

/// What an interval literal means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Amount {
    /// An interval year to month.
    Months(i64),
    /// An interval day to second.
    Millis(i64),
}

/// A field of an interval, the largest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Field {
    Year,
    Month,
    Week,
    Day,
    Hour,
    Minute,
    Second,
}

impl Field {
    fn of(field: &DateTimeField) -> Result<Field> {
        Ok(match field {
            DateTimeField::Year | DateTimeField::Years => Field::Year,
            DateTimeField::Month | DateTimeField::Months => Field::Month,
            DateTimeField::Week(None) | DateTimeField::Weeks => Field::Week,
            DateTimeField::Day | DateTimeField::Days => Field::Day,
            DateTimeField::Hour | DateTimeField::Hours => Field::Hour,
            DateTimeField::Minute | DateTimeField::Minutes => Field::Minute,
            DateTimeField::Second | DateTimeField::Seconds => Field::Second,
            other => return plan_err!("there are no intervals of {other}"),
        })
    }

    /// Months or milliseconds in one.
    const fn size(self) -> i64 {
        match self {
            Field::Year => 12,
            Field::Month => 1,
            Field::Week => 7 * 86_400_000,
            Field::Day => 86_400_000,
            Field::Hour => 3_600_000,
            Field::Minute => 60_000,
            Field::Second => 1_000,
        }
    }

    /// The next smaller field of a literal, and what stands before it.
    const fn next(self) -> Option<(char, Field)> {
        match self {
            Field::Year => Some(('-', Field::Month)),
            Field::Day => Some((' ', Field::Hour)),
            Field::Hour => Some((':', Field::Minute)),
            Field::Minute => Some((':', Field::Second)),
            Field::Month | Field::Week | Field::Second => None,
        }
    }
}

/// Reads an interval literal whose value is `text`.
pub(super) fn parse(text: &str, interval: &Interval) -> Result<Amount> {
    let Some(first) = &interval.leading_field else {
        return plan_err!("an interval needs a unit after '{text}'");
    };
    let first = Field::of(first)?;
    let last = interval.last_field.as_ref().map_or(Ok(first), Field::of)?;
    match read(text.trim(), first, last) {
        Some(amount) if last <= Field::Month => Ok(Amount::Months(amount)),
        Some(amount) => Ok(Amount::Millis(amount)),
        None => plan_err!("'{text}' is not an interval of that unit"),
    }
}

fn read(text: &str, first: Field, last: Field) -> Option<i64> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mut field, mut amount) = (first, 0_i64);
    loop {
        let (number, next) = if field == last {
            (rest, None)
        } else {
            let (before, smaller) = field.next()?;
            let (number, after) = rest.split_once(before)?;
            rest = after.trim_start();
            (number, Some(smaller))
        };
        amount = amount.checked_add(size(number, field)?)?;
        match next {
            Some(smaller) => field = smaller,
            None => return Some(if negative { -amount } else { amount }),
        }
    }
}

/// So many of a field, in months or milliseconds; only seconds have fractions.
fn size(number: &str, field: Field) -> Option<i64> {
    let (whole, fraction) = match number.split_once('.') {
        Some((whole, fraction)) if field == Field::Second => (whole, fraction),
        Some(_) => return None,
        None => (number, ""),
    };
    if !whole.bytes().chain(fraction.bytes()).all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let millis: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(field.size())?.checked_add(millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_read() {
        use Field::{Day, Hour, Minute, Month, Second, Year};
        // Trino's answers where it has them, else by hand.
        for (text, first, last, expected) in [
            ("1", Day, Day, Some(86_400_000)),
            ("1.5", Second, Second, Some(1_500)),
            ("1-2", Year, Month, Some(14)),
            ("-1-2", Year, Month, Some(-14)),
            ("1 02:03:04", Day, Second, Some(93_784_000)),
            ("1 02:03:04.5", Day, Second, Some(93_784_500)),
            ("1 02", Day, Hour, Some(93_600_000)),
            ("02:03", Hour, Minute, Some(7_380_000)),
            ("3", Month, Month, Some(3)),
            ("-3", Month, Month, Some(-3)),
            ("1.5", Day, Day, None),
            ("x", Day, Day, None),
            ("", Day, Day, None),
            ("1 02:03", Day, Second, None),
        ] {
            assert_eq!(read(text, first, last), expected, "{text}");
        }
    }
}
