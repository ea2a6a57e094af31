//! Time zones: which instant it is when the clocks of one show a time.

use arrow_array::timezone::Tz;
use chrono::{DateTime, LocalResult, Offset, TimeZone};

use super::scalar::{Fault, Result};
use super::text::{self, Instant};

/// The instant at which clocks show this local time: those of a zone by its name
/// (`UTC`, `Europe/Paris`) or its offset (`+07:00`).
pub(crate) fn instant(local: Instant, zone: &[u8]) -> Result<Instant> {
    if zone == b"UTC" {
        return Ok(local);
    }
    let ahead = match text::offset(zone) {
        Some(ahead) => ahead,
        None => named(zone, local.seconds())?,
    };
    local.earlier(ahead).ok_or(Fault::OutOfRange)
}

/// How far the zone is ahead of UTC, in seconds, at a local time.
fn named(zone: &[u8], local: i64) -> Result<i64> {
    // The names of zones begin with a letter; what else is taken for one is an offset.
    let name = std::str::from_utf8(zone).ok().filter(|zone| !zone.starts_with(['+', '-']));
    let zone: Tz = name.and_then(|name| name.parse().ok()).ok_or(Fault::OutOfRange)?;
    let local = DateTime::from_timestamp(local, 0).ok_or(Fault::OutOfRange)?.naive_utc();
    match zone.offset_from_local_datetime(&local) {
        LocalResult::Single(offset) => Ok(offset.fix().local_minus_utc().into()),
        // The server does not say which of the two times is meant.
        LocalResult::Ambiguous(..) => Err(Fault::Ambiguous),
        LocalResult::None => Err(Fault::OutOfRange),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_times_are_instants() {
        for (local, zone, instant) in [
            ("1970-01-01 00:00:00", "UTC", Ok(0)),
            ("1970-01-01 05:30:00", "+05:30", Ok(0)),
            ("1969-12-31 23:30:00", "-00:30", Ok(0)),
            ("2024-07-01 02:00:00", "Europe/Berlin", Ok(1_719_792_000)),
            ("2024-01-01 01:00:00", "Europe/Berlin", Ok(1_704_067_200)),
            ("2024-10-27 02:30:00", "Europe/Berlin", Err(Fault::Ambiguous)),
            ("2024-10-27 03:30:00", "Europe/Berlin", Ok(1_729_996_200)),
            ("2024-03-31 02:30:00", "Europe/Berlin", Err(Fault::OutOfRange)),
            ("2024-01-01 01:00:00", "Mars/Base", Err(Fault::OutOfRange)),
            ("2024-01-01 01:00:00", "+0100", Err(Fault::OutOfRange)),
            ("2024-01-01 01:00:00", "", Err(Fault::OutOfRange)),
        ] {
            let local = text::timestamp(local.as_bytes()).expect("a timestamp");
            let found = super::instant(local, zone.as_bytes()).map(Instant::seconds);
            assert_eq!(found, instant, "{zone}");
        }
    }
}
