//! Columns of each type: as warehouses send them, and as queries expect them.

use std::sync::Arc;

use lakequery::arrow_array::builder::{
    Int32Builder, ListBuilder, MapBuilder, StringBuilder, StructBuilder,
};
use lakequery::arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, DurationMicrosecondArray,
    Float32Array, Float64Array, Int8Array, Int16Array, Int32Array, Int64Array,
    IntervalYearMonthArray, NullArray, StringArray, TimestampMicrosecondArray,
};
use lakequery::arrow_schema::{DataType, Field, Fields};

use crate::warehouse::{Answer, chunk, connect};

/// A result of one column.
fn column(ty: &str, array: ArrayRef) -> Answer {
    Answer {
        columns: vec![("x".into(), ty.into())],
        chunks: vec![chunk(&[("x", array)], 1)],
        packed: true,
    }
}

fn lists() -> ArrayRef {
    let mut lists = ListBuilder::new(Int32Builder::new());
    lists.append_value([Some(1), None]);
    lists.append_null();
    Arc::new(lists.finish())
}

fn maps() -> ArrayRef {
    let mut maps = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
    maps.keys().append_value("a");
    maps.values().append_null();
    maps.append(true).unwrap();
    maps.append(false).unwrap();
    Arc::new(maps.finish())
}

fn rows() -> ArrayRef {
    let fields = Fields::from(vec![
        Field::new("street", DataType::Utf8, true),
        Field::new("zip", DataType::Int32, true),
    ]);
    let mut rows = StructBuilder::from_fields(fields, 2);
    rows.field_builder::<StringBuilder>(0).unwrap().append_value("s");
    rows.field_builder::<Int32Builder>(1).unwrap().append_value(7);
    rows.append(true);
    rows.field_builder::<StringBuilder>(0).unwrap().append_null();
    rows.field_builder::<Int32Builder>(1).unwrap().append_null();
    rows.append(false);
    Arc::new(rows.finish())
}

#[tokio::test]
async fn every_type_is_read() {
    let decimals = |values: Vec<Option<i128>>| {
        Decimal128Array::from(values).with_precision_and_scale(18, 2).unwrap()
    };
    let instant =
        |zone: &str| TimestampMicrosecondArray::from(vec![Some(1), None]).with_timezone(zone);
    let cases: Vec<(&str, ArrayRef, [&str; 2])> = vec![
        ("BOOLEAN", Arc::new(BooleanArray::from(vec![Some(true), None])), ["true", "NULL"]),
        ("TINYINT", Arc::new(Int8Array::from(vec![Some(-1), None])), ["-1", "NULL"]),
        ("SMALLINT", Arc::new(Int16Array::from(vec![Some(-1), None])), ["-1", "NULL"]),
        ("INT", Arc::new(Int32Array::from(vec![Some(-1), None])), ["-1", "NULL"]),
        (
            "BIGINT",
            Arc::new(Int64Array::from(vec![Some(i64::MIN), None])),
            ["-9223372036854775808", "NULL"],
        ),
        ("FLOAT", Arc::new(Float32Array::from(vec![Some(1.5), None])), ["1.5", "NULL"]),
        ("DOUBLE", Arc::new(Float64Array::from(vec![Some(-0.5), None])), ["-0.5", "NULL"]),
        ("DECIMAL(18,2)", Arc::new(decimals(vec![Some(-123), None])), ["-1.23", "NULL"]),
        ("STRING", Arc::new(StringArray::from(vec![Some("é"), None])), ["é", "NULL"]),
        (
            "BINARY",
            Arc::new(BinaryArray::from(vec![Some(&b"\x00\xff"[..]), None])),
            ["X'00FF'", "NULL"],
        ),
        ("DATE", Arc::new(Date32Array::from(vec![Some(-1), None])), ["1969-12-31", "NULL"]),
        ("TIMESTAMP", Arc::new(instant("Etc/UTC")), ["1970-01-01 00:00:00.000001 +00:00", "NULL"]),
        (
            "TIMESTAMP",
            Arc::new(instant("America/Los_Angeles")),
            ["1970-01-01 00:00:00.000001 +00:00", "NULL"],
        ),
        (
            "TIMESTAMP_NTZ",
            Arc::new(TimestampMicrosecondArray::from(vec![Some(1), None])),
            ["1970-01-01 00:00:00.000001", "NULL"],
        ),
        (
            "INTERVAL YEAR TO MONTH",
            Arc::new(IntervalYearMonthArray::from(vec![Some(-14), None])),
            ["-1-2", "NULL"],
        ),
        (
            "INTERVAL DAY TO SECOND",
            Arc::new(DurationMicrosecondArray::from(vec![Some(86_400_001_000), None])),
            ["1 00:00:00.001", "NULL"],
        ),
        ("VOID", Arc::new(NullArray::new(2)), ["NULL", "NULL"]),
        ("ARRAY<INT>", lists(), ["[1, NULL]", "NULL"]),
        ("MAP<STRING, STRING>", maps(), ["{a: NULL}", "NULL"]),
        ("STRUCT<street: STRING, zip: INT>", rows(), ["(s, 7)", "NULL"]),
        (
            "VARIANT",
            Arc::new(StringArray::from(vec![Some(r#"{"a":1}"#), None])),
            [r#"{"a":1}"#, "NULL"],
        ),
        // Types that this version does not know come as texts.
        (
            "GEOMETRY(4326)",
            Arc::new(StringArray::from(vec![Some("POINT(1 2)"), None])),
            ["POINT(1 2)", "NULL"],
        ),
        (
            "STRING COLLATE UTF8_LCASE",
            Arc::new(StringArray::from(vec![Some("a"), None])),
            ["a", "NULL"],
        ),
    ];
    let count = cases.len();
    for (ty, array, expected) in cases {
        let server = column(ty, array).serve().await;
        let lake = connect(&server).await;
        let rows = lakequery::sql("SELECT x").fetch_all(&lake).await;
        let rows = rows.unwrap_or_else(|error| panic!("{ty}: {error}"));
        let found: Vec<String> =
            rows.iter().map(|row| row.get::<lakequery::Value>("x").unwrap().to_string()).collect();
        assert_eq!(found, expected, "{ty}");
        // An empty result has the same columns.
        let schema = |lake| async move {
            lakequery::sql("SELECT x").fetch_arrow(&lake).await.unwrap().schema()
        };
        let columns = vec![("x".into(), ty.into())];
        let empty = Answer { columns, ..Answer::default() }.serve().await;
        assert_eq!(schema(connect(&empty).await).await, schema(lake).await, "{ty}");
    }
    assert_eq!(count, 23);
}

#[tokio::test]
async fn what_does_not_hold_a_value_is_an_error() {
    for (ty, array, text) in [
        (
            "INTERVAL DAY TO SECOND",
            Arc::new(DurationMicrosecondArray::from(vec![1])) as ArrayRef,
            "column `x` (INTERVAL DAY TO SECOND) has a value that is not of type interval day to second",
        ),
        (
            "GEOMETRY",
            Arc::new(BinaryArray::from(vec![&b"\x01"[..]])),
            "column `x` of type GEOMETRY can't be read (databricks); CAST it",
        ),
        (
            "INT",
            Arc::new(StringArray::from(vec!["1"])),
            "column `x` is INT, and its values came as Utf8",
        ),
    ] {
        let server = column(ty, array).serve().await;
        let error =
            lakequery::sql("SELECT x").fetch_all(&connect(&server).await).await.unwrap_err();
        assert!(error.to_string().contains(text), "{error}");
    }
}
