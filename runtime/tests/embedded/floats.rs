//! Zeros and NaN in files: the answers are those of Trino 476, however the file is
//! cut into row groups and whatever its statistics say.

use std::sync::Arc;

use lakequery::arrow_array::builder::{Float64Builder, ListBuilder};
use lakequery::arrow_array::{
    ArrayRef, Float32Array, Float64Array, Int32Array, RecordBatch, StructArray,
};
use lakequery::arrow_schema::{DataType, Field};
use lakequery::{Lake, Value, sql};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;

use crate::folder::Folder;

/// NaN comes with either sign: on x86, `0e0 / 0e0` has the other one than `nan()`.
const NUMBERS: [Option<f64>; 7] =
    [Some(0.0), Some(-0.0), Some(f64::NAN), Some(-f64::NAN), None, Some(1.0), Some(f64::INFINITY)];

/// The columns `n`, a double `f`, a real `r`, an array `l` and a row `s` of a double `x`.
fn numbers() -> RecordBatch {
    let doubles = Float64Array::from(NUMBERS.to_vec());
    let reals: Float32Array = NUMBERS.iter().map(|x| x.map(|x| x as f32)).collect();
    let mut lists = ListBuilder::new(Float64Builder::new());
    for number in NUMBERS {
        lists.append_value([number]);
    }
    let member = Arc::new(Field::new("x", DataType::Float64, true));
    let rows = StructArray::from(vec![(member, Arc::new(doubles.clone()) as ArrayRef)]);
    RecordBatch::try_from_iter_with_nullable([
        ("n", Arc::new(Int32Array::from_iter_values(1..8)) as ArrayRef, false),
        ("f", Arc::new(doubles), true),
        ("r", Arc::new(reals), true),
        ("l", Arc::new(lists.finish()), true),
        ("s", Arc::new(rows), true),
    ])
    .unwrap()
}

/// Writes a table, so many rows to a row group, with Bloom filters.
fn write(folder: &Folder, table: &str, batch: &RecordBatch, rows: usize) {
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(rows))
        .set_bloom_filter_enabled(true)
        .build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    folder.write(&format!("s/{table}.parquet"), writer.into_inner().unwrap());
}

fn doubles(values: &[f64]) -> RecordBatch {
    let values: ArrayRef = Arc::new(Float64Array::from(values.to_vec()));
    RecordBatch::try_from_iter_with_nullable([("x", values, false)]).unwrap()
}

/// The rows of a result, `|` between them and a space between their values.
async fn ask(lake: &Lake, query: &str) -> String {
    let rows = match sql(query).fetch_all(lake).await {
        Ok(rows) => rows,
        Err(error) => panic!("{query}: {error}"),
    };
    let row = |row: &lakequery::Row| {
        let values = (0..row.columns().len()).map(|i| row.get::<Value>(i).unwrap().to_string());
        values.collect::<Vec<_>>().join(" ")
    };
    rows.iter().map(row).collect::<Vec<_>>().join("|")
}

async fn check(lake: &Lake, cases: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (query, expected) in cases {
        let found = ask(lake, query).await;
        if found != *expected {
            wrong.push(format!("{query}\n  {found}\n  instead of {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn statistics_leave_nan_out() {
    let folder = Folder::new();
    let reals: ArrayRef = Arc::new(Float32Array::from(vec![5.0, f32::NAN]));
    let reals = RecordBatch::try_from_iter_with_nullable([("x", reals, false)]).unwrap();
    for rows in [1, 10] {
        write(&folder, "ones", &doubles(&[1.0, f64::NAN]), rows);
        write(&folder, "fives", &reals, rows);
        write(&folder, "five", &doubles(&[1.0, f64::NAN, 0.0, -1.0, -2.0]), rows);
        write(&folder, "none", &doubles(&[f64::NAN]), rows);
        let lake = folder.connect_with("?schema=s").await;
        check(
            &lake,
            &[
                ("SELECT x FROM ones", "1.0|NaN"),
                ("SELECT sum(x) FROM ones", "NaN"),
                ("SELECT min(x), max(x), count(x), count(*) FROM ones", "1.0 1.0 2 2"),
                ("SELECT x FROM ones WHERE is_nan(x)", "NaN"),
                ("SELECT x FROM ones WHERE x <> 1e0", "NaN"),
                ("SELECT x FROM ones WHERE NOT x = 1e0", "NaN"),
                ("SELECT x FROM ones WHERE x NOT IN (1e0, 2e0, 3e0, 4e0, 5e0)", "NaN"),
                ("SELECT x FROM ones WHERE x IS DISTINCT FROM 1e0", "NaN"),
                ("SELECT x + 1e0 FROM ones", "2.0|NaN"),
                ("SELECT x, count(*) FROM ones GROUP BY x ORDER BY x", "1.0 1|NaN 1"),
                ("SELECT x FROM ones ORDER BY x DESC LIMIT 1", "NaN"),
                ("SELECT x FROM fives", "5.0|NaN"),
                ("SELECT x FROM fives WHERE x > 5e0 OR NOT x <= REAL '5'", "NaN"),
                ("SELECT x FROM five WHERE x > 2e0", ""),
                ("SELECT x FROM five WHERE NOT x > 2e0 ORDER BY x", "-2.0|-1.0|0.0|1.0|NaN"),
                ("SELECT x FROM five WHERE x NOT BETWEEN -5e0 AND 5e0", "NaN"),
                ("SELECT count(*) FROM (SELECT x, x > 2e0 AS big FROM five) WHERE big", "0"),
                ("SELECT a.x FROM five a JOIN five b ON a.x > b.x + 2e0 ORDER BY 1", "1.0"),
                ("SELECT x FROM five GROUP BY x HAVING max(x) > 2e0", ""),
                ("SELECT min(x), max(x) FROM none", "NaN NaN"),
                ("SELECT x FROM none WHERE x = x OR x < 0e0 OR x >= 0e0", ""),
            ],
        )
        .await;
    }
}

#[tokio::test]
async fn zeros_are_one_number_and_nan_is_none() {
    let folder = Folder::new();
    for rows in [1, 2, 100] {
        write(&folder, "t", &numbers(), rows);
        let lake = folder.connect_with("?schema=s").await;
        for (number, of) in [("f", "double"), ("r", "real")] {
            let cases = [
                ("SELECT n FROM t WHERE $ IN (0, 5, 6, 7) ORDER BY n", "1|2"),
                ("SELECT n FROM t WHERE $ IN (0e0, nan(), 6e0, 7e0, 8e0) ORDER BY n", "1|2"),
                ("SELECT n FROM t WHERE $ NOT IN (0e0, nan(), 1e0, 7e0) ORDER BY n", "3|4|7"),
                ("SELECT n FROM t WHERE $ = -0e0 ORDER BY n", "1|2"),
                ("SELECT n FROM t WHERE $ < 0e0 OR $ > 1e0 ORDER BY n", "7"),
                ("SELECT n FROM t WHERE NOT ($ < 0e0 OR $ > 1e0) ORDER BY n", "1|2|3|4|6"),
                ("SELECT n FROM t WHERE $ BETWEEN -0e0 AND 0e0 ORDER BY n", "1|2"),
                (
                    "SELECT CASE $ WHEN 0e0 THEN 'zero' WHEN nan() THEN 'nan' ELSE 'other' END FROM t ORDER BY n",
                    "zero|zero|other|other|other|other|other",
                ),
                ("SELECT nullif($, 0e0) FROM t ORDER BY n", "NULL|NULL|NaN|NaN|NULL|1.0|inf"),
                ("SELECT n FROM t ORDER BY $, n", "1|2|6|7|3|4|5"),
                ("SELECT n FROM t ORDER BY $ DESC, n", "3|4|7|6|1|2|5"),
                ("SELECT n FROM t ORDER BY $ DESC, n LIMIT 3", "3|4|7"),
                ("SELECT n FROM t ORDER BY $ NULLS FIRST, n LIMIT 2", "5|1"),
                (
                    "SELECT $, count(*) FROM t GROUP BY $ ORDER BY $",
                    "0.0 2|1.0 1|inf 1|NaN 2|NULL 1",
                ),
                (
                    "SELECT $, count(*) FROM t GROUP BY ROLLUP ($) ORDER BY 1, 2",
                    "0.0 2|1.0 1|inf 1|NaN 2|NULL 1|NULL 7",
                ),
                ("SELECT DISTINCT $ FROM t ORDER BY 1", "0.0|1.0|inf|NaN|NULL"),
                ("SELECT count(DISTINCT $), approx_distinct($) FROM t", "4 4"),
                ("SELECT count(DISTINCT $), sum(n), max($) FROM t", "4 28 inf"),
                ("SELECT sum(DISTINCT $) FROM t WHERE n <> 7 AND n NOT IN (3, 4)", "1.0"),
                ("SELECT array_agg(DISTINCT $ ORDER BY $) FROM t", "[0.0, 1.0, inf, NaN, NULL]"),
                ("SELECT array_agg(n ORDER BY $ DESC, n) FROM t", "[3, 4, 7, 6, 1, 2, 5]"),
                (
                    "SELECT min($), max($), min_by(n, $), max_by(n, $) FROM t WHERE n > 2",
                    "1.0 inf 6 7",
                ),
                ("SELECT max($), min($) FROM t WHERE n IN (2, 3)", "-0.0 -0.0"),
                ("SELECT max($), min($) FROM t WHERE n IN (3, 5)", "NaN NaN"),
                ("SELECT max($), min($) FROM t WHERE n = 5", "NULL NULL"),
                (
                    "SELECT max($) OVER (), min($) OVER () FROM t WHERE n IN (3, 6)",
                    "1.0 1.0|1.0 1.0",
                ),
                ("SELECT count(*) OVER (PARTITION BY $) FROM t ORDER BY n", "2|2|2|2|1|1|1"),
                (
                    "SELECT rank() OVER (ORDER BY $), dense_rank() OVER (ORDER BY $), count(*) OVER (ORDER BY $) FROM t ORDER BY n",
                    "1 1 2|1 1 2|5 4 6|5 4 6|7 5 7|3 2 3|4 3 4",
                ),
                (
                    "SELECT sum(n) OVER (ORDER BY $ RANGE BETWEEN 1e0 PRECEDING AND CURRENT ROW) FROM t WHERE n < 7 ORDER BY n",
                    "3|3|7|7|5|9",
                ),
                (
                    "SELECT a.n, b.n FROM t a JOIN t b ON a.$ = b.$ ORDER BY 1, 2",
                    "1 1|1 2|2 1|2 2|6 6|7 7",
                ),
                ("SELECT a.n, b.n FROM t a JOIN t b USING ($) WHERE a.n < b.n", "1 2"),
                (
                    "SELECT a.n, b.n FROM t a LEFT JOIN t b ON a.$ = b.$ AND a.n <> b.n ORDER BY 1, 2",
                    "1 2|2 1|3 NULL|4 NULL|5 NULL|6 NULL|7 NULL",
                ),
                (
                    "SELECT a.n, b.n FROM t a JOIN t b ON a.$ IS NOT DISTINCT FROM b.$ WHERE a.n < b.n ORDER BY 1",
                    "1 2|3 4",
                ),
                ("SELECT a.n FROM t a JOIN t b ON a.$ > b.$ WHERE b.n = 3 OR a.n = 3", ""),
                ("SELECT n FROM t WHERE $ IN (SELECT -$ FROM t) ORDER BY n", "1|2|3|4"),
                (
                    "SELECT n FROM t WHERE $ NOT IN (SELECT -$ FROM t WHERE n <> 5) ORDER BY n",
                    "6|7",
                ),
                (
                    "SELECT n FROM t a WHERE EXISTS (SELECT 1 FROM t b WHERE a.$ = b.$ AND a.n <> b.n) ORDER BY n",
                    "1|2",
                ),
                (
                    "SELECT n, (SELECT sum(b.n) FROM t b WHERE b.$ = a.$) FROM t a ORDER BY n",
                    "1 3|2 3|3 NULL|4 NULL|5 NULL|6 6|7 7",
                ),
                (
                    "SELECT n, (SELECT count(*) FROM t b WHERE a.$ = b.$) FROM t a WHERE n < 4 ORDER BY n",
                    "1 2|2 2|3 0",
                ),
                (
                    "SELECT $ FROM t UNION SELECT -$ FROM t ORDER BY 1",
                    "-inf|-1.0|0.0|1.0|inf|NaN|NULL",
                ),
                ("SELECT $ FROM t INTERSECT SELECT -$ FROM t ORDER BY 1", "0.0|NaN|NULL"),
                ("SELECT $ FROM t EXCEPT SELECT -$ FROM t ORDER BY 1", "1.0|inf"),
                ("SELECT count(*) FROM t WHERE $ = $", "4"),
                ("SELECT count(*) FROM t WHERE $ <> $", "2"),
                ("SELECT greatest($, 0e0), least($, 0e0) FROM t WHERE n = 3", "0.0 0.0"),
            ];
            for (query, expected) in cases {
                let query = query.replace('$', number);
                assert_eq!(ask(&lake, &query).await, expected, "{query} ({of}, {rows} rows)");
            }
        }
    }
}

#[tokio::test]
async fn numbers_within_arrays_and_rows_are_no_others() {
    let folder = Folder::new();
    for rows in [1, 100] {
        write(&folder, "t", &numbers(), rows);
        let lake = folder.connect_with("?schema=s").await;
        check(
            &lake,
            &[
                ("SELECT l FROM t ORDER BY n", "[0.0]|[-0.0]|[NaN]|[NaN]|[NULL]|[1.0]|[inf]"),
                ("SELECT n FROM t WHERE l = make_array(0e0) ORDER BY n", "1|2"),
                ("SELECT n FROM t WHERE l = l AND n <> 5 ORDER BY n", "1|2|6|7"),
                ("SELECT count(DISTINCT l) FROM t", "5"),
                ("SELECT count(*) FROM t GROUP BY l ORDER BY 1", "1|1|1|2|2"),
                ("SELECT n FROM t ORDER BY l, n LIMIT 4", "1|2|6|7"),
                ("SELECT array_distinct(make_array(0e0, -0e0, nan(), 0e0 / 0e0))", "[0.0, NaN]"),
                ("SELECT s['x'] FROM t ORDER BY n", "0.0|-0.0|NaN|NaN|NULL|1.0|inf"),
                ("SELECT n FROM t WHERE s['x'] > 1e0 ORDER BY n", "7"),
                ("SELECT n FROM t WHERE s['x'] IN (0e0, 3e0, 4e0, 5e0) ORDER BY n", "1|2"),
                (
                    "SELECT s['x'], count(*) FROM t GROUP BY s['x'] ORDER BY 1",
                    "0.0 2|1.0 1|inf 1|NaN 2|NULL 1",
                ),
            ],
        )
        .await;
    }
}
