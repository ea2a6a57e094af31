//! The calendar: days since 1970-01-01 as year, month and day and back. It is the
//! proleptic Gregorian calendar, as in Trino, over more years than any type holds.

/// A day, month and year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    /// The astronomical year: 0 is 1 BC.
    pub year: i64,
    /// 1 to 12
    pub month: i64,
    /// 1 to 31
    pub day: i64,
}

// Years are counted from 1 March of the year 0, so that the leap day comes
// last; 400 years have 146,097 days, and 1970-01-01 is day 719,468.
const ERA_DAYS: i64 = 146_097;
const EPOCH: i64 = 719_468;

impl Civil {
    /// The last year of a date that [`Civil::new`] makes, and, negated, the first: further
    /// than seconds in 64 bits reach, and so near that no calculation overflows.
    pub const MAX_YEAR: i64 = 1_000_000_000_000;

    /// The date, if the calendar has it.
    // One is made for each value of a column: with calls between, it would go through memory.
    #[inline(always)]
    pub const fn new(year: i64, month: i64, day: i64) -> Option<Civil> {
        let in_range = -Civil::MAX_YEAR <= year && year <= Civil::MAX_YEAR;
        if !in_range || month < 1 || month > 12 || day < 1 || day > last_day(year, month) {
            return None;
        }
        Some(Civil { year, month, day })
    }

    /// The date that is so many days after 1970-01-01.
    #[inline]
    pub const fn from_days(days: i64) -> Civil {
        let days = days.saturating_add(EPOCH);
        let era = days.div_euclid(ERA_DAYS);
        let day_of_era = days.rem_euclid(ERA_DAYS);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * march + 2) / 5 + 1;
        let month = if march < 10 { march + 3 } else { march - 9 };
        let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
        Civil { year, month, day }
    }

    /// Days since 1970-01-01. What no [`Civil::new`] makes may give any number.
    #[inline(always)]
    pub const fn days(self) -> i64 {
        let year = if self.month <= 2 { self.year.wrapping_sub(1) } else { self.year };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let march = if self.month > 2 { self.month - 3 } else { self.month + 9 };
        let day_of_year = (153 * march + 2) / 5 + self.day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era.wrapping_mul(ERA_DAYS).wrapping_add(day_of_era - EPOCH)
    }

    /// Months since the year 0.
    pub const fn months(self) -> i64 {
        self.year.saturating_mul(12).saturating_add(self.month - 1)
    }

    /// The same day so many months later, or that month's last day.
    pub const fn add_months(self, months: i64) -> Civil {
        let months = self.months().saturating_add(months);
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
        let last = last_day(year, month);
        Civil { year, month, day: if self.day < last { self.day } else { last } }
    }
}

/// How many days a month has.
#[inline]
pub const fn last_day(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The day of the week of a day since 1970-01-01: 1 for Monday to 7 for Sunday.
pub const fn day_of_week(days: i64) -> i64 {
    // 1970-01-01 was a Thursday.
    (days.rem_euclid(7) + 3) % 7 + 1
}

/// The day of the year of a day since 1970-01-01, from 1.
pub const fn day_of_year(days: i64) -> i64 {
    let year = Civil::from_days(days).year;
    days.wrapping_sub(Civil { year, month: 1, day: 1 }.days()).wrapping_add(1)
}

/// The ISO 8601 year and week that a day since 1970-01-01 lies in.
pub const fn iso_week(days: i64) -> (i64, i64) {
    let thursday = days.saturating_add(4 - day_of_week(days));
    let year = Civil::from_days(thursday).year;
    (year, thursday.wrapping_sub(Civil { year, month: 1, day: 1 }.days()) / 7 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_counted_from_1970() {
        // The first and the last are those of 32 bits, as Java's `LocalDate` prints them.
        for (year, month, day, days) in [
            (1970, 1, 1, 0),
            (1969, 12, 31, -1),
            (2000, 2, 29, 11_016),
            (2000, 3, 1, 11_017),
            (1582, 10, 14, -141_428),
            (1, 1, 1, -719_162),
            (0, 2, 29, -719_469),
            (-1, 12, 31, -719_529),
            (9999, 12, 31, 2_932_896),
            (5_881_580, 7, 11, i32::MAX.into()),
            (-5_877_641, 6, 23, i32::MIN.into()),
        ] {
            let date = Civil::new(year, month, day).expect("a date");
            assert_eq!(date.days(), days, "{date:?}");
            assert_eq!(Civil::from_days(days), date);
        }
        for (year, month, day) in [
            (2023, 2, 29),
            (1900, 2, 29),
            (2024, 4, 31),
            (2024, 0, 1),
            (2024, 13, 1),
            (2024, 1, 0),
            (i64::MAX, 1, 1),
            (i64::MIN, 12, 31),
        ] {
            assert_eq!(Civil::new(year, month, day), None, "{year}-{month}-{day}");
        }
    }

    #[test]
    fn each_day_follows_the_one_before() {
        // 800 years around the epoch and around both ends of Trino's timestamps.
        for year in [1600, -290_308, 293_847] {
            let mut days = Civil { year, month: 1, day: 1 }.days();
            let mut weekday = day_of_week(days);
            for year in year..year + 800 {
                let mut of_year = 0;
                for month in 1..=12 {
                    for day in 1..=last_day(year, month) {
                        let date = Civil { year, month, day };
                        assert_eq!(Civil::from_days(days), date);
                        assert_eq!(date.days(), days);
                        of_year += 1;
                        assert_eq!(day_of_year(days), of_year);
                        assert_eq!(day_of_week(days), weekday);
                        weekday = weekday % 7 + 1;
                        days += 1;
                    }
                }
            }
        }
        // 2026-11-30 is a Monday.
        let monday = Civil { year: 2026, month: 11, day: 30 }.days();
        assert_eq!(day_of_week(monday), 1);
    }

    #[test]
    fn weeks_are_those_of_iso_8601() {
        // The examples of the standard's articles, and ends of years with 52 and 53 weeks.
        for ((year, month, day), week) in [
            ((1977, 1, 1), (1976, 53)),
            ((1977, 12, 31), (1977, 52)),
            ((1978, 1, 2), (1978, 1)),
            ((1979, 12, 31), (1980, 1)),
            ((1982, 1, 1), (1981, 53)),
            ((2024, 12, 30), (2025, 1)),
            ((2026, 11, 30), (2026, 49)),
        ] {
            assert_eq!(iso_week(Civil { year, month, day }.days()), week, "{year}-{month}-{day}");
        }
    }

    #[test]
    fn months_are_added_to_the_same_day_or_the_last() {
        let date = |year, month, day| Civil { year, month, day };
        assert_eq!(date(2024, 1, 31).add_months(1), date(2024, 2, 29));
        assert_eq!(date(2023, 1, 31).add_months(1), date(2023, 2, 28));
        assert_eq!(date(2024, 2, 29).add_months(-12), date(2023, 2, 28));
        assert_eq!(date(0, 1, 15).add_months(-1), date(-1, 12, 15));
        assert_eq!(date(2024, 3, 31).add_months(-25), date(2022, 2, 28));
    }

    #[test]
    fn nothing_overflows() {
        for days in [i64::MIN, i64::MAX] {
            let date = Civil::from_days(days).add_months(days).add_months(days);
            let _ = (date.days(), day_of_week(days), iso_week(days), day_of_year(days));
        }
        let far = Civil::new(Civil::MAX_YEAR, 12, 31).expect("a date");
        assert_eq!(Civil::from_days(far.days()), far);
    }
}
