//! Columns of each type: as Dremio sends them (`CompleteType` in its open source), and as queries
//! expect them.

use std::sync::Arc;

use lakequery::arrow_array::builder::{
    Int32Builder, ListBuilder, MapBuilder, StringBuilder, StructBuilder,
};
use lakequery::arrow_array::types::Int8Type;
use lakequery::arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, Date64Array, Decimal128Array, DictionaryArray,
    Float32Array, Float64Array, Int32Array, Int64Array, IntervalDayTimeArray,
    IntervalYearMonthArray, NullArray, StringArray, Time32MillisecondArray,
    TimestampMillisecondArray,
};
use lakequery::arrow_schema::{DataType, Field, Fields};

use crate::server::{batch, connect, rows, serve};

fn lists() -> ArrayRef {
    let field = Arc::new(Field::new("$data$", DataType::Int32, true));
    let mut lists = ListBuilder::new(Int32Builder::new()).with_field(field);
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

fn structs() -> ArrayRef {
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
    let decimals = Decimal128Array::from(vec![Some(-123), None]);
    let decimals = decimals.with_precision_and_scale(38, 2).unwrap();
    let texts: DictionaryArray<Int8Type> = vec![Some("é"), None].into_iter().collect();
    let day = arrow_interval(1, 1_500);
    let cases: Vec<(ArrayRef, &str)> = vec![
        (Arc::new(BooleanArray::from(vec![Some(true), None])), "true"),
        (Arc::new(Int32Array::from(vec![Some(-1), None])), "-1"),
        (Arc::new(Int64Array::from(vec![Some(i64::MIN), None])), "-9223372036854775808"),
        (Arc::new(Float32Array::from(vec![Some(1.5), None])), "1.5"),
        (Arc::new(Float64Array::from(vec![Some(-0.5), None])), "-0.5"),
        (Arc::new(decimals), "-1.23"),
        (Arc::new(StringArray::from(vec![Some("é"), None])), "é"),
        (Arc::new(texts), "é"),
        (Arc::new(BinaryArray::from(vec![Some(&b"\x00\xff"[..]), None])), "X'00FF'"),
        (Arc::new(Date64Array::from(vec![Some(-86_400_000), None])), "1969-12-31"),
        (Arc::new(Time32MillisecondArray::from(vec![Some(1), None])), "00:00:00.001"),
        (
            Arc::new(TimestampMillisecondArray::from(vec![Some(-1), None])),
            "1969-12-31 23:59:59.999",
        ),
        (Arc::new(IntervalYearMonthArray::from(vec![Some(14), None])), "1-2"),
        (Arc::new(day), "1 00:00:01.500"),
        (Arc::new(NullArray::new(2)), "NULL"),
        (lists(), "[1, NULL]"),
        (maps(), "{a: NULL}"),
        (structs(), "(s, 7)"),
    ];
    let mut wrong = Vec::new();
    for (array, shown) in cases {
        let ty = array.data_type().to_string();
        let server = serve(rows(vec![batch(&[("x", array)])])).await;
        let lake = connect(&server).await;
        let rows = lakequery::sql("SELECT x").fetch_all(&lake).await.unwrap();
        let found = rows.iter().map(|row| row.get::<lakequery::Value>(0).unwrap().to_string());
        let texts: Vec<String> = found.collect();
        if texts != [shown, "NULL"] {
            wrong.push(format!("{ty}: {texts:?} instead of {shown}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn arrow_interval(days: i32, milliseconds: i32) -> IntervalDayTimeArray {
    use lakequery::arrow_array::types::IntervalDayTimeType;
    let value = IntervalDayTimeType::make_value(days, milliseconds);
    IntervalDayTimeArray::from(vec![Some(value), None])
}
