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

use lakequery::__private::Query;
use lakequery::{Engine, Value};
use lakequery_types::{Column, Piece, Statement, Type};

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

/// A query as the macros write it, of one column `x` of this type.
fn compiled(ty: &str) -> Query<String> {
    let column = Column { name: "x", ty: Type::parse(ty).unwrap(), nullable: true };
    let statement = Statement {
        sql: vec![(Engine::Dremio, vec![Piece::Text("SELECT x FROM t")])],
        columns: vec![column],
        parameters: Vec::new(),
        location: "src/main.rs:7:9",
    };
    Query::new(statement.write().leak(), |row| {
        row.read::<Option<Value>>(0).map(|value| value.map_or("NULL".into(), |it| it.to_string()))
    })
}

#[tokio::test]
async fn columns_are_of_the_types_that_a_query_was_compiled_for_or_have_drifted() {
    let drift = "the schema has drifted: the result is not what the query was compiled for";
    let times = |millis| Arc::new(TimestampMillisecondArray::from(vec![millis])) as ArrayRef;
    let ints = |n| Arc::new(Int32Array::from(vec![n])) as ArrayRef;
    let cases: Vec<(&str, ArrayRef, Result<&str, String>)> = vec![
        ("date", Arc::new(Date64Array::from(vec![0])), Ok("1970-01-01")),
        ("time(3)", Arc::new(Time32MillisecondArray::from(vec![1])), Ok("00:00:00.001")),
        ("timestamp(3)", times(1), Ok("1970-01-01 00:00:00.001")),
        ("timestamp(6)", times(1), Ok("1970-01-01 00:00:00.001")),
        ("smallint", ints(7), Ok("7")),
        ("bigint", ints(7), Ok("7")),
        ("decimal(12,2)", ints(7), Ok("7.00")),
        ("array(integer)", lists().slice(0, 1), Ok("[1, NULL]")),
        ("array(bigint)", lists().slice(0, 1), Ok("[1, NULL]")),
        ("row(street varchar, zip bigint)", structs().slice(0, 1), Ok("(s, 7)")),
        ("smallint", ints(70_000), Err("has a value that is not of type smallint".into())),
        (
            "integer",
            Arc::new(Int64Array::from(vec![1 << 40])),
            Err("column `X` (Arrow's Int64) has a value that is not of type integer".into()),
        ),
        (
            "varchar",
            ints(7),
            Err(format!("{drift}\n  column 1: expected x varchar, found X integer")),
        ),
        (
            "timestamp(3)",
            Arc::new(Date64Array::from(vec![0])),
            Err(format!("{drift}\n  column 1: expected x timestamp(3), found X date")),
        ),
        (
            "row(street varchar, code integer)",
            structs(),
            Err(format!("{drift}\n  column 1: expected x row(")),
        ),
    ];
    for (ty, array, expected) in cases {
        let server = serve(rows(vec![batch(&[("X", array)])])).await;
        let lake = connect(&server).await;
        let found = compiled(ty).fetch_all(&lake).await;
        match (found, expected) {
            (Ok(found), Ok(value)) => assert_eq!(found, [value], "{ty}"),
            (Err(error), Err(text)) => {
                assert!(error.to_string().contains(&text), "{ty}: {error}");
                assert_eq!(error.is_schema_drift(), text.starts_with(drift), "{error}");
            }
            (found, expected) => panic!("{ty}: {found:?} instead of {expected:?}"),
        }
        // A plan is held against the types, too.
        let described = compiled(ty).describe(&lake).await;
        let drifted = described.is_err_and(|error| error.is_schema_drift());
        let found = compiled(ty).fetch_all(&lake).await;
        assert_eq!(drifted, found.is_err_and(|error| error.is_schema_drift()), "{ty}");
    }
}
