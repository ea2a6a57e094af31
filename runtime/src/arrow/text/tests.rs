//! The texts of values, as Trino 476 and Spark 4.2 write them, and what is none.

use super::*;

#[test]
fn decimals_are_exact() {
    for (text, precision, scale, unscaled) in [
        ("1.50", 10, 2, Some(150)),
        ("-1.5", 10, 2, Some(-150)),
        ("+1.5", 10, 2, Some(150)),
        (".5", 2, 1, Some(5)),
        ("-.", 2, 1, None),
        ("-", 2, 1, None),
        ("--1", 2, 1, None),
        ("999999999999999999", 18, 0, Some(10i128.pow(18) - 1)),
        ("-999999999999999999", 17, 0, None),
        ("99999999999999999.9", 38, 20, Some(999_999_999_999_999_999 * 10i128.pow(19))),
        ("0", 1, 0, Some(0)),
        ("-0.00", 38, 38, Some(0)),
        ("1.5000", 3, 1, Some(15)),
        ("1.55", 3, 1, None),
        ("100", 2, 0, None),
        ("-99", 2, 0, Some(-99)),
        ("99999999999999999999999999999999999999", 38, 0, Some(10i128.pow(38) - 1)),
        ("-99999999999999999999999999999999999999", 38, 0, Some(1 - 10i128.pow(38))),
        ("100000000000000000000000000000000000000", 38, 0, None),
        ("999999999999999999999999999999999999999", 38, 0, None),
        ("0.50000000000000000000000000000000000000", 38, 38, Some(5 * 10i128.pow(37))),
        ("1E-18", 38, 18, Some(1)),
        ("0E-18", 38, 18, Some(0)),
        ("1.5E+2", 5, 1, Some(1500)),
        ("1e99999999999", 38, 0, None),
        ("1e2000000000", 38, 0, None),
        ("", 38, 0, None),
        (".", 38, 0, None),
        ("1.2.3", 38, 3, None),
        ("1x", 38, 3, None),
        ("NaN", 38, 3, None),
        (" 1", 38, 3, None),
    ] {
        assert_eq!(decimal(text.as_bytes(), precision, scale), unscaled, "{text}");
    }
}

#[test]
fn dates_are_of_the_proleptic_calendar() {
    for (text, days) in [
        ("1970-01-01", Some(0)),
        ("1969-12-31", Some(-1)),
        ("2000-02-29", Some(11_016)),
        ("2024-02-29", Some(19_782)),
        ("1582-10-14", Some(-141_428)),
        ("0001-01-01", Some(-719_162)),
        ("0000-12-31", Some(-719_163)),
        ("0000-02-29", Some(-719_469)),
        ("-0001-12-31", Some(-719_529)),
        ("-0044-03-15", Some(-735_525)),
        ("9999-12-31", Some(2_932_896)),
        ("+10000-01-01", Some(2_932_897)),
        ("+20000-01-01", Some(6_585_322)),
        ("+5881580-07-11", Some(i32::MAX)),
        ("-5877641-06-23", Some(i32::MIN)),
        ("+5881580-07-12", None),
        ("", None),
        ("2024", None),
        ("2024-1-01", None),
        ("2023-02-29", None),
        ("1900-02-29", None),
        ("2024-13-01", None),
        ("2024-00-01", None),
        ("2024-01-00", None),
        ("2024-04-31", None),
        ("2024-01-01-01", None),
        ("2024-01-01 ", None),
        ("24-01-01", None),
        ("2024-01-0x", None),
        ("--001-01-01", None),
        ("٢٠٢٤-01-01", None),
        ("2024-+1-01", None),
    ] {
        assert_eq!(date(text.as_bytes()), days, "{text}");
    }
}

#[test]
fn times_of_day_are_in_nanoseconds() {
    for (text, precision, nanoseconds) in [
        ("00:00:00", 0, Some(0)),
        ("01:02:03.004", 3, Some(3_723_004_000_000)),
        ("23:59:59.999999999", 9, Some(86_399_999_999_999)),
        ("23:59:59.999999", 6, Some(86_399_999_999_000)),
        ("01:02:03.100", 1, Some(3_723_100_000_000)),
        ("01:02:03.100000000000", 9, Some(3_723_100_000_000)),
        // More digits than the type has, or than Arrow.
        ("01:02:03.004", 2, None),
        ("01:02:03.0000000001", 9, None),
        ("01:02:03.0000000000001", 9, None),
        ("24:00:00", 0, None),
        ("00:60:00", 0, None),
        ("00:00:60", 0, None),
        ("00:00", 0, None),
        ("00:00:00.", 0, None),
        ("0:00:00", 0, None),
        ("00:00:00 ", 0, None),
    ] {
        let found = time(text.as_bytes()).and_then(|time| time.nanoseconds(precision));
        assert_eq!(found, nanoseconds, "{text}");
    }
}

#[test]
fn timestamps_are_whole_ranges() {
    for (text, precision, count) in [
        ("1970-01-01 00:00:00", 0, Some(0)),
        ("1970-01-01 00:00:00.1", 6, Some(100_000)),
        ("1970-01-01T00:00:00.123", 3, Some(123)),
        ("1969-12-31 23:59:59.999999", 6, Some(-1)),
        ("1677-09-21 00:12:43.145224192", 9, Some(i64::MIN)),
        ("2262-04-11 23:47:16.854775807", 9, Some(i64::MAX)),
        ("2262-04-11 23:47:16.854775808", 9, None),
        ("+294247-01-10 04:00:54.775807", 6, Some(i64::MAX)),
        ("-290308-12-21 19:59:05.224192", 6, Some(i64::MIN)),
        ("+294247-01-10 04:00:54.775808", 6, None),
        ("+73326-09-11 20:14:45.247", 3, Some((1 << 51) - 1)),
        ("2024-01-01 00:00:00.1234", 3, None),
        ("2024-01-01 00:00:00.12", 1, None),
        ("1970-01-01 24:00:00", 0, None),
        ("1970-01-01  00:00:00", 0, None),
        ("1970-01-01", 0, None),
        ("1970-01-01 00:00:00 UTC", 0, None),
        ("1970-01-01 00:00:00Z", 0, None),
    ] {
        let found = timestamp(text.as_bytes()).and_then(|instant| instant.count(precision));
        assert_eq!(found, count, "{text}");
    }
}

#[test]
fn offsets_have_hours_and_minutes() {
    for (text, seconds) in [
        ("+00:00", Some(0)),
        ("-01:30", Some(-5_400)),
        ("+14:00", Some(50_400)),
        ("01:00", None),
        ("+1:00", None),
        ("+0100", None),
        ("+01:00:00", None),
        ("+01:x0", None),
    ] {
        assert_eq!(offset(text.as_bytes()), seconds, "{text}");
    }
}

#[test]
fn intervals_are_months_or_milliseconds() {
    for (text, months) in [
        ("1-2", Some(14)),
        ("-1-2", Some(-14)),
        ("-0-3", Some(-3)),
        ("178956970-7", Some(i32::MAX)),
        ("-178956970-8", Some(i32::MIN)),
        ("178956970-8", None),
        ("999999999999999999-0", None),
        ("1-12", None),
        ("", None),
        ("1", None),
        ("--1-2", None),
        ("1-2-3", None),
        ("1- 2", None),
    ] {
        assert_eq!(year_to_month(text.as_bytes()), months, "{text}");
    }
    for (text, milliseconds) in [
        ("1 02:03:04.500", Some(93_784_500)),
        ("1 02:03:04.500000000", Some(93_784_500)),
        ("-0 00:00:00.5", Some(-500)),
        ("-0 00:00:00.001", Some(-1)),
        ("100 00:00:00", Some(8_640_000_000)),
        ("106751991167 07:12:55.807", Some(i64::MAX)),
        ("-106751991167 07:12:55.808", Some(i64::MIN)),
        ("106751991167 07:12:55.808", None),
        ("1 02:03:04.0001", None),
        ("1 24:00:00", None),
        ("1 2:03:04", None),
        ("", None),
        ("1", None),
    ] {
        assert_eq!(day_to_second(text.as_bytes()), milliseconds, "{text}");
    }
}

#[test]
#[cfg(feature = "spark")]
fn microseconds_are_instants() {
    for count in [0, 1, -1, 999_999, -1_000_001, i64::MAX, i64::MIN] {
        assert_eq!(Instant::of_microseconds(count).count(6), Some(count));
    }
    assert_eq!(Instant::of_microseconds(1_500_000).count(0), None);
}
