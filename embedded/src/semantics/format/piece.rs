//! What formats are made of, whichever letters they are written with.

/// A number in a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    Century,
    Year,
    WeekYear,
    Month,
    Day,
    DayOfYear,
    Week,
    DayOfWeek,
    /// 0 to 23
    Hour,
    /// 1 to 24
    ClockHour,
    /// 0 to 11
    HalfHour,
    /// 1 to 12
    HalfClockHour,
    Minute,
    Second,
}

/// A piece of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Literal(String),
    /// With so many digits at the least, and at the most when parsed.
    Number(Number, usize, usize),
    /// The last two digits of a year; of the years around 2020 when parsed.
    ShortYear(Number),
    /// So many digits of a second.
    Fraction(usize, usize),
    /// The name of a month; short or in full.
    MonthName {
        short: bool,
    },
    /// The name of a day of the week; short or in full.
    DayName {
        short: bool,
    },
    /// AM or PM
    HalfDay,
    /// BC or AD
    EraName,
    /// How far the zone is from UTC; with a colon or without.
    Offset {
        colon: bool,
    },
    /// The zone's name.
    ZoneName,
}

/// The names of the months.
pub(in super::super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The names of the days of a week.
pub(in super::super) const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
