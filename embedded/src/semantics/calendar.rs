//! The calendar: days since 1970-01-01 as year, month and day and back, and
//! the parts of a moment given in ticks of a unit. The proleptic Gregorian
//! calendar, as in Trino.

use std::str::FromStr;

use arrow_array::timezone::Tz;
use arrow_schema::TimeUnit;
use chrono::{DateTime, Duration, NaiveDateTime, Offset, TimeZone};
use datafusion::common::{DataFusionError, Result};

/// A day, month and year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Civil {
    pub(super) year: i64,
    /// 1 to 12
    pub(super) month: i64,
    /// 1 to 31
    pub(super) day: i64,
}

// Years are counted from 1 March of the year 0, so that the leap day comes
// last; 400 years have 146,097 days, and 1970-01-01 is day 719,468.
const ERA_DAYS: i64 = 146_097;
const EPOCH: i64 = 719_468;

impl Civil {
    /// The date that is so many days after 1970-01-01.
    pub(super) const fn from_days(days: i64) -> Civil {
        let days = days + EPOCH;
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

    /// Days since 1970-01-01.
    pub(super) const fn days(self) -> i64 {
        let year = if self.month <= 2 { self.year - 1 } else { self.year };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let march = if self.month > 2 { self.month - 3 } else { self.month + 9 };
        let day_of_year = (153 * march + 2) / 5 + self.day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * ERA_DAYS + day_of_era - EPOCH
    }

    /// A date, if there is such a day.
    pub(super) const fn new(year: i64, month: i64, day: i64) -> Option<Civil> {
        if month < 1 || month > 12 || day < 1 || day > last_day(year, month) {
            return None;
        }
        Some(Civil { year, month, day })
    }

    /// Months since the year 0.
    pub(super) const fn months(self) -> i64 {
        self.year * 12 + self.month - 1
    }

    /// The same day so many months later, or the month's last day.
    pub(super) const fn add_months(self, months: i64) -> Civil {
        let months = self.months() + months;
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
        let last = last_day(year, month);
        Civil { year, month, day: if self.day < last { self.day } else { last } }
    }
}

/// How many days a month has.
pub(super) const fn last_day(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The day of the week of a day since 1970-01-01: 1 for Monday to 7 for Sunday.
pub(super) const fn day_of_week(days: i64) -> i64 {
    (days + 3).rem_euclid(7) + 1
}

/// The day of the year, from 1.
pub(super) const fn day_of_year(days: i64) -> i64 {
    let year = Civil::from_days(days).year;
    days - Civil { year, month: 1, day: 1 }.days() + 1
}

/// The ISO 8601 year and week that a day since 1970-01-01 lies in.
pub(super) const fn iso_week(days: i64) -> (i64, i64) {
    let thursday = days - day_of_week(days) + 4;
    let year = Civil::from_days(thursday).year;
    (year, (thursday - Civil { year, month: 1, day: 1 }.days()) / 7 + 1)
}

/// Ticks of a unit in a second.
pub(super) const fn per_second(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => 1,
        TimeUnit::Millisecond => 1_000,
        TimeUnit::Microsecond => 1_000_000,
        TimeUnit::Nanosecond => 1_000_000_000,
    }
}

/// Ticks of a unit in a day.
pub(super) const fn per_day(unit: TimeUnit) -> i64 {
    86_400 * per_second(unit)
}

/// A zone: how far local time is from UTC at a moment.
#[derive(Clone, Copy, Debug)]
pub(super) enum Zone {
    /// Local time is the moment itself: no zone, or UTC.
    Utc,
    /// Any other zone.
    Other(Tz),
}

impl Zone {
    /// The zone of that name: `UTC`, `Europe/Paris`, `+02:00`.
    pub(super) fn parse(name: &str) -> Result<Zone> {
        if matches!(name, "UTC" | "Z" | "GMT" | "+00:00" | "-00:00") {
            return Ok(Zone::Utc);
        }
        match Tz::from_str(name) {
            Ok(zone) => Ok(Zone::Other(zone)),
            Err(_) => Err(DataFusionError::Execution(format!(
                "`{name}` is not a time zone that is known"
            ))),
        }
    }

    /// The zone of a timestamp type.
    pub(super) fn of(zone: Option<&str>) -> Result<Zone> {
        zone.map_or(Ok(Zone::Utc), Zone::parse)
    }

    /// Ticks of local time at an instant.
    pub(super) fn local(self, instant: i64, unit: TimeUnit) -> i64 {
        let Zone::Other(zone) = self else { return instant };
        let second = per_second(unit);
        let at = DateTime::from_timestamp(instant.div_euclid(second), 0).unwrap_or_default();
        let offset = zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc();
        instant.saturating_add(i64::from(offset) * second)
    }

    /// The instant at which clocks show this local time: the earlier of two;
    /// where clocks were put forward past it, as if they had not been yet.
    pub(super) fn instant(self, local: i64, unit: TimeUnit) -> i64 {
        let Zone::Other(zone) = self else { return local };
        let second = per_second(unit);
        let at = DateTime::from_timestamp(local.div_euclid(second), 0).unwrap_or_default();
        let find = |at: &NaiveDateTime| zone.offset_from_local_datetime(at).earliest();
        let at = at.naive_utc();
        let offset = find(&at)
            .or_else(|| find(&(at - Duration::hours(1))))
            .or_else(|| find(&(at - Duration::hours(24))))
            .map_or(0, |offset| offset.fix().local_minus_utc());
        local.saturating_sub(i64::from(offset) * second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Datelike, NaiveDate};

    #[test]
    fn agrees_with_chrono() {
        let epoch = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();
        // About every four days and a half over 5000 years, both sides of the epoch.
        for days in (-800_000..1_100_000).step_by(997).chain(-800..800) {
            let date = epoch + Duration::days(days);
            let civil = Civil::from_days(days);
            let expected = (i64::from(date.year()), i64::from(date.month()), i64::from(date.day()));
            assert_eq!((civil.year, civil.month, civil.day), expected, "{days}");
            assert_eq!(civil.days(), days);
            assert_eq!(day_of_week(days), i64::from(date.weekday().number_from_monday()));
            assert_eq!(day_of_year(days), i64::from(date.ordinal()));
            let week = date.iso_week();
            assert_eq!(iso_week(days), (i64::from(week.year()), i64::from(week.week())));
        }
    }

    #[test]
    fn local_time_and_back() {
        let paris = Zone::parse("Europe/Paris").unwrap();
        // 2024-03-31 01:00 UTC: clocks go from 02:00 to 03:00.
        let forward = 1_711_846_800;
        assert_eq!(paris.local(forward - 1, TimeUnit::Second), forward - 1 + 3_600);
        assert_eq!(paris.local(forward, TimeUnit::Second), forward + 7_200);
        // 02:30 does not exist that night; it is read with the offset before.
        let gap = forward + 3_600 + 1_800;
        assert_eq!(paris.instant(gap, TimeUnit::Second), forward + 1_800);
        // 2024-10-27 02:30 comes twice; the first is meant.
        let twice = 1_729_996_200;
        assert_eq!(paris.instant(twice, TimeUnit::Second), twice - 7_200);
        assert!(Zone::parse("Mars/Olympus").is_err());
    }
}
