//! What the footers of Parquet files say, and what is made of it.

use std::sync::Arc;

use lakequery::arrow_array::types::Int32Type;
use lakequery::arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray,
    Float64Array, Int32Array, RecordBatch, StringArray, TimestampMicrosecondArray,
    TimestampNanosecondArray, TimestampSecondArray, UInt64Array,
};
use lakequery::{Lake, Value, sql};
use parquet::arrow::ArrowWriter;
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};

use crate::folder::Folder;

fn write(folder: &Folder, columns: &[(&str, ArrayRef)], properties: WriterPropertiesBuilder) {
    let columns = columns.iter().map(|(name, array)| (*name, Arc::clone(array), true));
    let batch = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
    let properties = Some(properties.build());
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), properties).unwrap();
    writer.write(&batch).unwrap();
    folder.write("s/t.parquet", writer.into_inner().unwrap());
}

async fn ask(lake: &Lake, query: &str) -> Vec<String> {
    let rows = sql(query).fetch_all(lake).await.unwrap();
    let row = |row: &lakequery::Row| {
        let values = (0..row.columns().len()).map(|i| row.get::<Value>(i).unwrap().to_string());
        values.collect::<Vec<_>>().join(" ")
    };
    rows.iter().map(row).collect()
}

/// 100 rows in ten row groups, in the order of every column.
fn ordered() -> Vec<(&'static str, ArrayRef)> {
    let numbers = 0..100;
    let texts: Vec<_> = numbers.clone().map(|n| format!("{n:03}")).collect();
    let decimals = Decimal128Array::from_iter_values(numbers.clone().map(i128::from));
    vec![
        ("i", Arc::new(Int32Array::from_iter_values(numbers.clone()))),
        ("d", Arc::new(Date32Array::from_iter_values(numbers.clone()))),
        ("t", Arc::new(StringArray::from(texts))),
        ("n", Arc::new(decimals.with_precision_and_scale(12, 2).unwrap())),
        (
            "at",
            Arc::new(TimestampMicrosecondArray::from_iter_values(
                numbers.clone().map(|n| i64::from(n) * 1_000_000),
            )),
        ),
        ("f", Arc::new(Float64Array::from_iter_values(numbers.map(f64::from)))),
    ]
}

/// How many row groups a query does not read, of ten.
async fn pruned(lake: &Lake, condition: &str) -> usize {
    let plan = ask(lake, &format!("EXPLAIN ANALYZE SELECT i FROM s.t WHERE {condition}")).await;
    let metric = "row_groups_pruned_statistics=";
    let Some((_, rest)) = plan[0].split_once(metric) else { panic!("no {metric} in {}", plan[0]) };
    let words: Vec<_> = rest.split([' ', ',', ']']).collect();
    match words[..] {
        // As `10 total → 1 matched`.
        [total, "total", _, matched, "matched", ..] => {
            total.parse::<usize>().unwrap() - matched.parse::<usize>().unwrap()
        }
        _ => panic!("{metric} is written otherwise: {rest}"),
    }
}

#[tokio::test]
async fn row_groups_that_can_not_match_are_not_read() {
    let folder = Folder::new();
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(10));
    write(&folder, &ordered(), properties);
    let lake = folder.connect().await;
    for (condition, expected) in [
        ("i = 55", 9),
        ("i > 89", 9),
        ("i < BIGINT '10'", 9),
        ("i IN (1, 2, 3, 4, 5)", 9),
        ("i IN (1, 99)", 8),
        ("i = 1 OR i = 2 OR i = 3 OR i = 4 OR i = 55", 8),
        ("i NOT BETWEEN 10 AND 99", 9),
        ("i BETWEEN 10 AND 19 AND i IN (10, 20, 30)", 9),
        ("d < DATE '1970-01-11'", 9),
        ("d IN (DATE '1970-01-01', DATE '1970-01-02')", 9),
        ("t = '055'", 9),
        ("n >= 0.90", 9),
        ("at < TIMESTAMP '1970-01-01 00:00:10'", 9),
        ("at = TIMESTAMP '1970-01-01 00:00:10.000000001'", 9),
        ("at <= TIMESTAMP '1970-01-01 00:00:09.999999999'", 9),
        // What footers say of floating point numbers is not believed.
        ("f > 89e0", 0),
    ] {
        assert_eq!(pruned(&lake, condition).await, expected, "{condition}");
    }
}

/// Columns of one value, which DataFusion does not read.
#[tokio::test]
async fn columns_of_one_value_have_that_value() {
    let decimal = |value: i128| Decimal128Array::from(vec![value, value]);
    let long = "y".repeat(100);
    let columns: [(&str, ArrayRef, &str); 14] = [
        ("i", Arc::new(Int32Array::from(vec![7, 7])), "7"),
        ("null", Arc::new(Int32Array::from(vec![None, None])), "NULL"),
        ("u", Arc::new(UInt64Array::from(vec![u64::MAX; 2])), "18446744073709551615"),
        ("b", Arc::new(BooleanArray::from(vec![true, true])), "true"),
        ("d", Arc::new(Date32Array::from(vec![1, 1])), "1970-01-02"),
        ("t", Arc::new(StringArray::from(vec!["x"; 2])), "x"),
        ("long", Arc::new(StringArray::from(vec![&*long; 2])), &long),
        ("bytes", Arc::new(BinaryArray::from(vec![&b"z"[..]; 2])), "X'7A'"),
        ("n", Arc::new(decimal(-5).with_precision_and_scale(12, 2).unwrap()), "-0.05"),
        (
            "big",
            Arc::new(decimal(10_i128.pow(37)).with_precision_and_scale(38, 0).unwrap()),
            "10000000000000000000000000000000000000",
        ),
        ("s", Arc::new(TimestampSecondArray::from(vec![1, 1])), "1970-01-01 00:00:01"),
        (
            "ns",
            Arc::new(TimestampNanosecondArray::from(vec![-1, -1])),
            "1969-12-31 23:59:59.999999999",
        ),
        ("dict", Arc::new(DictionaryArray::<Int32Type>::from_iter(["k", "k"])), "k"),
        ("f", Arc::new(Float64Array::from(vec![-0.0, -0.0])), "-0.0"),
    ];
    let folder = Folder::new();
    let arrays: Vec<_> =
        columns.iter().map(|(name, array, _)| (*name, Arc::clone(array))).collect();
    write(&folder, &arrays, WriterProperties::builder());
    let lake = folder.connect().await;
    for (name, _, shown) in columns {
        let found = ask(&lake, &format!("SELECT \"{name}\" FROM s.t")).await;
        assert_eq!(found, [shown, shown], "{name}");
        let query = format!("SELECT min(\"{name}\"), max(\"{name}\"), count(*) FROM s.t");
        if !["b", "bytes"].contains(&name) {
            assert_eq!(ask(&lake, &query).await, [format!("{shown} {shown} 2")], "{name}");
        }
    }
}

#[tokio::test]
async fn columns_without_statistics_are_read() {
    let folder = Folder::new();
    let properties = WriterProperties::builder()
        .set_column_statistics_enabled("b".into(), EnabledStatistics::None);
    let array =
        |values: [Option<i32>; 2]| -> ArrayRef { Arc::new(Int32Array::from(values.to_vec())) };
    write(&folder, &[("a", array([Some(1), Some(2)])), ("b", array([Some(5), None]))], properties);
    let lake = folder.connect().await;
    assert_eq!(ask(&lake, "SELECT a, b FROM s.t ORDER BY a").await, ["1 5", "2 NULL"]);
    assert_eq!(ask(&lake, "SELECT count(b), min(b), max(b) FROM s.t").await, ["1 5 5"]);
    assert_eq!(ask(&lake, "SELECT a FROM s.t WHERE b IS NULL").await, ["2"]);
    assert_eq!(ask(&lake, "SELECT a FROM s.t WHERE b = 5").await, ["1"]);
}

/// A footer says how the rows of each row group are sorted, not those of the file.
#[tokio::test]
async fn sorted_row_groups_are_no_sorted_file() {
    let folder = Folder::new();
    let sorting = SortingColumn { column_idx: 0, descending: false, nulls_first: false };
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(2))
        .set_sorting_columns(Some(vec![sorting]));
    write(&folder, &[("i", Arc::new(Int32Array::from(vec![3, 4, 1, 2])))], properties);
    let lake = folder.connect().await;
    assert_eq!(ask(&lake, "SELECT i FROM s.t ORDER BY i").await, ["1", "2", "3", "4"]);
    assert_eq!(ask(&lake, "SELECT i FROM s.t ORDER BY i LIMIT 1").await, ["1"]);
    let ranks = "SELECT row_number() OVER (ORDER BY i) FROM s.t ORDER BY i";
    assert_eq!(ask(&lake, ranks).await, ["1", "2", "3", "4"]);
}
