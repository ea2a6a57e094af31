//! The clock: ticks of a unit, and zones, which say how far local time is from UTC.

use std::str::FromStr;

use arrow_array::timezone::Tz;
use arrow_schema::TimeUnit;
use chrono::{DateTime, Duration, NaiveDateTime, Offset, TimeZone};
use datafusion::common::{DataFusionError, Result};

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
    use lakequery_types::calendar::{Civil, day_of_week, day_of_year, iso_week};

    #[test]
    fn the_calendar_agrees_with_chrono() {
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
