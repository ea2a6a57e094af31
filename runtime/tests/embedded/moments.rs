//! Moments of different units meet: whatever their units can't hold, and however
//! fine a literal is written.

use std::sync::Arc;

use lakequery::arrow_array::{
    ArrayRef, Date32Array, Int32Array, RecordBatch, TimestampMicrosecondArray,
    TimestampMillisecondArray, TimestampNanosecondArray, TimestampSecondArray,
};
use lakequery::{Lake, sql};

use crate::folder::Folder;

/// 2023-11-14 22:13:20 and its fraction, a second later, and the last second of 9999
/// or, in nanoseconds, the last one before 1970.
fn moments() -> RecordBatch {
    const AT: i64 = 1_700_000_000;
    const LAST: i64 = 253_402_300_799;
    let seconds = TimestampSecondArray::from(vec![AT, AT + 1, LAST]);
    let millis = vec![AT * 1_000 + 123, (AT + 1) * 1_000, LAST * 1_000];
    let micros = vec![AT * 1_000_000 + 123_456, (AT + 1) * 1_000_000, LAST * 1_000_000];
    let nanos = vec![AT * 1_000_000_000 + 123_456_789, (AT + 1) * 1_000_000_000, -1];
    RecordBatch::try_from_iter_with_nullable([
        ("n", Arc::new(Int32Array::from(vec![1, 2, 3])) as ArrayRef, false),
        ("s", Arc::new(seconds), false),
        ("ms", Arc::new(TimestampMillisecondArray::from(millis)), false),
        ("us", Arc::new(TimestampMicrosecondArray::from(micros.clone())), false),
        ("ns", Arc::new(TimestampNanosecondArray::from(nanos)), false),
        ("d", Arc::new(Date32Array::from(vec![19_675, 19_676, 2_932_896])), false),
        ("z", Arc::new(TimestampMicrosecondArray::from(micros).with_timezone("UTC")), false),
    ])
    .unwrap()
}

async fn which(lake: &Lake, condition: &str) -> Vec<i32> {
    let query = format!("SELECT n FROM s.t AS t WHERE {condition} ORDER BY n");
    let rows = match sql(query).fetch_all(lake).await {
        Ok(rows) => rows,
        Err(error) => panic!("{condition}: {error}"),
    };
    rows.iter().map(|row| row.get(0).unwrap()).collect()
}

#[tokio::test]
async fn moments_meet_whatever_their_units() {
    let folder = Folder::new();
    folder.parquet("s/t.parquet", &moments());
    let lake = folder.connect().await;
    for (condition, expected) in [
        // Literals that are finer than the column: no moment of it is the same.
        ("s < TIMESTAMP '2023-11-14 22:13:20.5'", &[1][..]),
        ("s <= TIMESTAMP '2023-11-14 22:13:20.5'", &[1]),
        ("s > TIMESTAMP '2023-11-14 22:13:20.5'", &[2, 3]),
        ("s = TIMESTAMP '2023-11-14 22:13:20.5'", &[]),
        ("s <> TIMESTAMP '2023-11-14 22:13:20.5'", &[1, 2, 3]),
        ("s IS DISTINCT FROM TIMESTAMP '2023-11-14 22:13:20.5'", &[1, 2, 3]),
        ("TIMESTAMP '2023-11-14 22:13:20.5' >= s", &[1]),
        ("ms = TIMESTAMP '2023-11-14 22:13:20.123456'", &[]),
        ("ms < TIMESTAMP '2023-11-14 22:13:20.123456'", &[1]),
        (
            "ms BETWEEN TIMESTAMP '2023-11-14 22:13:20.1229' AND TIMESTAMP '2023-11-14 22:13:20.1231'",
            &[1],
        ),
        (
            "ms IN (TIMESTAMP '2023-11-14 22:13:20.123456', TIMESTAMP '2023-11-14 22:13:20.1234')",
            &[],
        ),
        (
            "ms NOT IN (TIMESTAMP '2023-11-14 22:13:20.123456', TIMESTAMP '2023-11-14 22:13:20.123000')",
            &[2, 3],
        ),
        ("us = TIMESTAMP '2023-11-14 22:13:20.123456000'", &[1]),
        ("us = TIMESTAMP '2023-11-14 22:13:20.123456001'", &[]),
        ("CASE ms WHEN TIMESTAMP '2023-11-14 22:13:20.123456' THEN true ELSE false END", &[]),
        // Coarser literals.
        ("us = TIMESTAMP '2023-11-14 22:13:21'", &[2]),
        ("ns = TIMESTAMP '2023-11-14 22:13:21'", &[2]),
        ("ns > DATE '2023-11-14'", &[1, 2]),
        ("us >= DATE '9999-12-31'", &[3]),
        ("d < TIMESTAMP '2023-11-14 00:00:01'", &[1]),
        ("d = TIMESTAMP '2023-11-14 00:00:01'", &[]),
        // What nanoseconds can't hold: beyond 1677 and 2262.
        ("ns < TIMESTAMP '9999-12-31 00:00:00'", &[1, 2, 3]),
        ("ns >= TIMESTAMP '9999-12-31 00:00:00'", &[]),
        ("ns <> TIMESTAMP '9999-12-31 00:00:00.123456'", &[1, 2, 3]),
        ("ns > TIMESTAMP '0001-01-01 00:00:00'", &[1, 2, 3]),
        ("ns > DATE '0001-01-01'", &[1, 2, 3]),
        ("ns BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'", &[1, 2, 3]),
        ("ns IN (TIMESTAMP '9999-12-31 00:00:00', TIMESTAMP '2023-11-14 22:13:21')", &[2]),
        ("ns NOT IN (TIMESTAMP '9999-12-31 00:00:00', DATE '2023-11-14')", &[1, 2, 3]),
        // Columns with columns.
        ("ns < us", &[3]),
        ("ns = us", &[2]),
        ("ms <= us", &[1, 2, 3]),
        ("s < ms", &[1]),
        ("d < ns", &[1]),
        ("d <= us", &[1, 3]),
        ("z >= TIMESTAMP '2023-11-14 22:13:21 UTC'", &[2, 3]),
        ("z = TIMESTAMP '2023-11-14 22:13:20.123456001 UTC'", &[]),
        ("EXISTS (SELECT 1 FROM s.t o WHERE o.ns = t.us)", &[2]),
        ("us IN (SELECT ms FROM s.t)", &[2, 3]),
    ] {
        assert_eq!(which(&lake, condition).await, expected, "{condition}");
    }
}

#[tokio::test]
async fn moments_join_whatever_their_units() {
    let folder = Folder::new();
    folder.parquet("s/t.parquet", &moments());
    let lake = folder.connect().await;
    for (on, expected) in [
        ("a.ms = b.us", vec![(2, 2), (3, 3)]),
        ("a.ns = b.us", vec![(2, 2)]),
        ("a.ns = b.s", vec![(2, 2)]),
        ("a.us = b.us", vec![(1, 1), (2, 2), (3, 3)]),
    ] {
        let query = format!("SELECT a.n, b.n FROM s.t a JOIN s.t b ON {on} ORDER BY 1");
        let rows = sql(query).fetch_all(&lake).await.unwrap();
        let found: Vec<(i32, i32)> =
            rows.iter().map(|row| (row.get(0).unwrap(), row.get(1).unwrap())).collect();
        assert_eq!(found, expected, "{on}");
    }
}
