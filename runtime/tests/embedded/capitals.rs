//! Tables with a capital letter in the name of a column: all that can be written of
//! the others can be written of them.

use std::sync::Arc;

use lakequery::arrow_array::builder::{Int32Builder, MapBuilder, StringBuilder};
use lakequery::arrow_array::{ArrayRef, Int32Array, RecordBatch, StructArray};
use lakequery::arrow_schema::{DataType, Field};
use lakequery::{Lake, Value, sql};

use crate::folder::Folder;

/// A key of this name, a row `s`, a map `m`, and a column that is called as tables
/// are inside of the engine.
fn table(key: &str) -> RecordBatch {
    let field = |name: &str| Arc::new(Field::new(name, DataType::Int32, true));
    let numbers = |a: i32| -> ArrayRef { Arc::new(Int32Array::from(vec![a, a + 1])) };
    let rows = StructArray::from(vec![(field("x"), numbers(7)), (field("y"), numbers(17))]);
    let mut map = MapBuilder::new(None, StringBuilder::new(), Int32Builder::new());
    for value in [1, 2] {
        map.keys().append_value("k");
        map.values().append_value(value);
        map.append(true).unwrap();
    }
    RecordBatch::try_from_iter_with_nullable([
        (key, numbers(1), false),
        ("s", Arc::new(rows) as ArrayRef, true),
        ("m", Arc::new(map.finish()), true),
        ("file", numbers(5), false),
    ])
    .unwrap()
}

async fn ask(lake: &Lake, query: &str) -> Result<Vec<String>, String> {
    let rows = sql(query).fetch_all(lake).await.map_err(|error| error.to_string())?;
    let row = |row: &lakequery::Row| {
        let values = (0..row.columns().len()).map(|i| row.get::<Value>(i).unwrap().to_string());
        values.collect::<Vec<_>>().join(" ")
    };
    Ok(rows.iter().map(row).collect())
}

#[tokio::test]
async fn a_capital_letter_changes_nothing() {
    let folder = Folder::new();
    folder.parquet("s/low.parquet", &table("id"));
    folder.parquet("s/high.parquet", &table("Id"));
    let lake = folder.connect_with("?schema=s").await;
    for (query, expected) in [
        ("SELECT s['x'] FROM t ORDER BY id", &["7", "8"][..]),
        ("SELECT S['x'], t.s['y'], ID FROM t ORDER BY id", &["7 17 1", "8 18 2"]),
        ("SELECT m['k'] FROM t ORDER BY id", &["1", "2"]),
        ("SELECT file, c.file + 0 FROM t AS c ORDER BY id", &["5 5", "6 6"]),
        ("SELECT c.s['x'] AS id FROM t c ORDER BY c.s['x'] DESC", &["8", "7"]),
        ("SELECT s['x'] AS s FROM t WHERE s['x'] > 7 AND s['y'] > 17", &["8"]),
        ("SELECT s['x'], count(*) FROM t GROUP BY s['x'] HAVING max(s['y']) > 17", &["8 1"]),
        ("SELECT s['x'] FROM (SELECT * FROM t) AS t WHERE s['y'] = 17", &["7"]),
        ("SELECT s['x'] FROM (SELECT c.s AS s, c.id FROM t c) AS d ORDER BY d.id", &["7", "8"]),
        ("SELECT s['x'] FROM (SELECT id AS s, s AS id FROM t) AS d(i, s) ORDER BY i", &["7", "8"]),
        (
            "SELECT a.s['x'], b.s['y'] FROM t a JOIN t b ON a.s['x'] = b.s['x'] ORDER BY 1",
            &["7 17", "8 18"],
        ),
        ("SELECT a.s['x'] FROM t a JOIN t b USING (id, file) WHERE b.s['x'] = 8", &["8"]),
        (
            "SELECT max(n) FROM (SELECT s['x'] AS n FROM t UNION ALL SELECT s['y'] FROM t) AS u",
            &["18"],
        ),
        (
            "WITH q AS (SELECT id, s FROM t) SELECT s['x'] + id FROM q ORDER BY s['y'] DESC LIMIT 1",
            &["10"],
        ),
        ("SELECT s['x'] FROM t WHERE id IN (SELECT s['x'] - 6 FROM t) ORDER BY 1", &["7", "8"]),
        ("SELECT row_number() OVER (PARTITION BY s['x'] ORDER BY s['y']) FROM t", &["1", "1"]),
        (
            "SELECT coalesce(s['x'], id), CASE WHEN s['x'] = 7 THEN file END FROM t ORDER BY 1",
            &["7 5", "8 NULL"],
        ),
        ("SELECT DISTINCT s['x'], s['x'] + 1 FROM t ORDER BY 1 LIMIT 1", &["7 8"]),
    ] {
        for table in ["low", "high"] {
            let query = query.replace("FROM t", &format!("FROM {table} AS t"));
            let query = query.replace("AS t AS", "AS").replace("AS t c", "AS c");
            let query =
                query.replace("AS t a ", "AS a ").replace("JOIN t b", &format!("JOIN {table} b"));
            assert_eq!(ask(&lake, &query).await, Ok(strings(expected)), "{query}");
        }
    }
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}
