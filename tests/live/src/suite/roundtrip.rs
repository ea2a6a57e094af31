//! Values of every type go to the server as parameters and come back as they
//! were: the extremes, NULL, and arrays, maps and rows to some depth.

use std::fmt::Debug;
use std::sync::Arc;

use anyhow::{Context, Result};
use lakequery::chrono::{FixedOffset, NaiveDate, NaiveTime, TimeDelta, TimeZone};
use lakequery::{Decimal, Engine, Lake, Months, Value, sql};

use crate::suite::{ALL, Case, Checks, Site, case};

pub(crate) const CASES: &[Case] = &[
    case!("roundtrip: values of every type", ALL, values),
    case!("roundtrip: reals of every size", &[Engine::Spark], reals),
];

/// A value and the engines that can't take it, which must then say so.
struct Row {
    value: Value,
    unsupported: &'static [Engine],
}

fn row(value: impl Into<Value>) -> Row {
    Row { value: value.into(), unsupported: &[] }
}

fn array<T: Into<Value>>(values: impl IntoIterator<Item = T>) -> Value {
    Value::Array(values.into_iter().map(Into::into).collect())
}

impl Row {
    fn except(self, unsupported: &'static [Engine]) -> Row {
        Row { unsupported, ..self }
    }
}

fn rows() -> Result<Vec<Row>> {
    use Engine::{DataFusion, Presto, Spark};
    let date = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).context("a date");
    let time = |h, m, s, n| NaiveTime::from_hms_nano_opt(h, m, s, n).context("a time");
    let decimal = |text: &str| text.parse::<Decimal>();
    let mut rows = vec![
        row(true),
        row(false),
        row(i8::MIN),
        row(i8::MAX),
        row(i16::MIN),
        row(i16::MAX),
        row(i32::MIN),
        row(i32::MAX),
        row(0_i64),
        row(i64::MIN),
        row(i64::MAX),
        row(0_f32),
        row(-0_f32),
        row(f32::from_bits(1)),
        row(f32::MIN),
        row(f32::MAX),
        row(f32::MIN_POSITIVE),
        row(f32::EPSILON),
        row(f32::INFINITY),
        row(f32::NEG_INFINITY),
        row(f32::NAN),
        row(1.1_f32),
        row(0_f64),
        row(-0_f64),
        row(f64::MIN),
        row(f64::MAX),
        row(f64::MIN_POSITIVE),
        row(5e-324),
        row(0.1 + 0.2),
        row(f64::INFINITY),
        row(f64::NEG_INFINITY),
        row(f64::NAN),
        row(""),
        row("x"),
        row("😀 \u{10ffff} e\u{301}\0"),
        row("x".repeat(100_000)),
        row(Vec::<u8>::new()),
        row((0..=255_u8).collect::<Vec<_>>()),
    ];
    for text in [
        "0",
        "-0.00",
        "1.10",
        "-1.10",
        "0.00000000000000000000000000000000000001",
        "99999999999999999999999999999999999999",
        "-99999999999999999999999999999999999999",
        "9999999999999999999.9999999999999999999",
        "123456789012345678.90",
        "999999999999999999",
    ] {
        rows.push(row(decimal(text)?));
    }
    for (y, m, d) in
        [(1, 1, 1), (1582, 10, 4), (1582, 10, 15), (1969, 12, 31), (2000, 2, 29), (9999, 12, 31)]
    {
        let day = date(y, m, d)?;
        rows.push(row(day));
        for clock in [time(0, 0, 0, 0)?, time(23, 59, 59, 999_000_000)?] {
            rows.push(row(day.and_time(clock)));
        }
        // Presto keeps milliseconds.
        rows.push(row(day.and_time(time(12, 34, 56, 789_012_000)?)).except(&[Presto]));
    }
    for clock in [time(0, 0, 0, 0)?, time(23, 59, 59, 999_000_000)?] {
        rows.push(row(clock).except(&[Spark]));
    }
    for hours in [0, 7, -11] {
        let zone = FixedOffset::east_opt(hours * 3600).context("a zone")?;
        let instant = zone.with_ymd_and_hms(2024, 2, 29, 12, 34, 56).single().context("a time")?;
        rows.push(row(instant));
    }
    for months in [0, 1, -14, 120_000] {
        rows.push(row(Value::IntervalYearToMonth(Months(months))));
    }
    for millis in [0, 1, -90_061_500, 86_400_000_000] {
        rows.push(row(Value::IntervalDayToSecond(TimeDelta::milliseconds(millis))));
    }
    let nested = |depth| {
        (0..depth).fold(array([Some("a'b\\c\"d"), None, Some("")]), |inner, _| {
            Value::Array(vec![inner.clone(), Value::Null, inner])
        })
    };
    rows.extend([
        row(array([1_i64, i64::MIN, i64::MAX])),
        row(array([Some(1.5_f64), None, Some(f64::INFINITY)])),
        row(array([decimal("1.10")?, decimal("-9999999999.99")?])),
        row(array([date(1, 1, 1)?, date(9999, 12, 31)?])),
        row(array([true, false])),
        row(nested(0)),
        row(nested(1)),
        row(nested(3)).except(&[DataFusion]),
    ]);
    // In the order in which Presto gives the entries; a map has none.
    let map =
        Value::Map(vec![("".into(), Value::Null), ("it's".into(), array([Some(1_i64), None]))]);
    let spot = Value::Row(vec![1.5_f64.into(), Value::Null, map.clone()]);
    rows.extend([
        row(map),
        row(Value::Map(vec![(1_i32.into(), date(2024, 2, 29)?.into())])),
        row(Value::Row(vec![true.into()])),
        row(array([spot.clone()])),
        row(spot),
    ]);
    Ok(rows)
}

async fn values(site: Arc<Site>) -> Result<Checks> {
    let lake = site.lake().await?;
    let mut checks = Checks::default();
    for Row { value, unsupported } in rows()? {
        let came = back(&lake, value.clone()).await;
        if unsupported.contains(&site.engine) {
            checks.check(came.is_err() || same(&came, &value), || {
                format!("sent {}\ncame {} and no error", short(&value), short(&came))
            });
        } else {
            checks.check(same(&came, &value), || {
                format!("sent {}\ncame {}", short(&value), short(&came))
            });
        }
    }
    let none: Option<i64> = None;
    let came = sql("SELECT CAST(? AS bigint) AS v").bind(none).fetch_one(&lake).await?;
    checks.check(came.get::<Option<i64>>(0)?.is_none(), || "NULL came back otherwise".into());
    Ok(checks)
}

/// Spark sends reals as doubles that they are not equal to.
async fn reals(site: Arc<Site>) -> Result<Checks> {
    let lake = site.lake().await?;
    let mut checks = Checks::default();
    // Bit patterns from all over, each exponent several times; no NaN.
    let patterns = (0..4096_u32).map(|i| f32::from_bits(i.wrapping_mul(0x9e37_79b9)));
    let sent: Vec<f32> = patterns.filter(|value| !value.is_nan()).collect();
    let rows: Vec<_> = sent.iter().enumerate().map(|(i, v)| format!("({i}, '{v:e}')")).collect();
    let text = format!("SELECT i, CAST(v AS real) AS v FROM VALUES {} AS t(i, v)", rows.join(", "));
    for row in sql(text).fetch_all(&lake).await? {
        let (i, came): (i32, f32) = (row.get(0)?, row.get(1)?);
        let sent = usize::try_from(i).ok().and_then(|i| sent.get(i));
        checks.check(sent.is_some_and(|sent| sent.to_bits() == came.to_bits()), || {
            format!("sent {sent:?}\ncame {came:?}")
        });
    }
    checks.check(checks.checked == sent.len() as u64, || "there are other rows".into());
    Ok(checks)
}

async fn back(lake: &Lake, value: Value) -> lakequery::Result<Value> {
    sql("SELECT ? AS v").bind(value).fetch_one(lake).await?.get(0)
}

/// Whether the value came as it went: NaN is NaN here, and -0 is not 0.
fn same(came: &lakequery::Result<Value>, sent: &Value) -> bool {
    match (came, sent) {
        (Ok(Value::Double(a)), Value::Double(b)) if a.is_nan() => b.is_nan(),
        (Ok(Value::Real(a)), Value::Real(b)) if a.is_nan() => b.is_nan(),
        (Ok(Value::Double(a)), Value::Double(b)) => a.to_bits() == b.to_bits(),
        (Ok(Value::Real(a)), Value::Real(b)) => a.to_bits() == b.to_bits(),
        (Ok(a), b) => a == b,
        (Err(_), _) => false,
    }
}

fn short(value: &impl Debug) -> String {
    let text = format!("{value:?}");
    match text.char_indices().nth(300) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}
