//! Rows a second from the bytes of an answer to Arrow, for a type and a protocol: Trino's
//! JSON, Presto's binary pages, and the columns of HiveServer2, which Spark sends.

#[path = "../../../runtime/tests/spark/reply.rs"]
#[allow(dead_code, reason = "the states and errors are for tests")]
mod reply;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use lakequery::fuzzing::trino::{Named, Rows};
use lakequery::fuzzing::{presto, spark, trino};
use lakequery_types::Type;

use crate::reply::Column;

fn main() {
    divan::main();
}

/// The rows of an answer.
const ROWS: usize = 10_000;

/// The text of the value in a row.
type Value = fn(usize) -> String;

/// Types with their values.
const TYPES: [(&str, Value); 8] = [
    ("boolean", |row| (row % 2 == 0).to_string()),
    ("bigint", |row| (row * 7_919).to_string()),
    ("double", |row| format!("{:?}", row as f64 / 7.0)),
    ("decimal(12,2)", |row| format!("\"{}.{:02}\"", row * 31, row % 100)),
    ("varchar", |row| format!("\"the text of row {row}\"")),
    ("date", |row| format!("\"{:04}-{:02}-{:02}\"", 1990 + row % 40, 1 + row % 12, 1 + row % 28)),
    ("timestamp(3)", |row| format!("\"2024-{:02}-01 10:{:02}:00.125\"", 1 + row % 12, row % 60)),
    ("array(bigint)", |row| format!("[{row},{},null]", row + 1)),
];

fn names() -> impl Iterator<Item = &'static str> {
    TYPES.into_iter().map(|(name, _)| name)
}

/// The texts of the rows of a type.
fn values(name: &str) -> Vec<String> {
    let (_, value) = TYPES.into_iter().find(|(ty, _)| *ty == name).expect("a type of the table");
    (0..ROWS).map(value).collect()
}

/// An answer with one column.
fn json(name: &str) -> Vec<u8> {
    let rows: Vec<String> = values(name).iter().map(|value| format!("[{value}]")).collect();
    let ty = name.replace('"', "\\\"");
    let columns = format!(r#""columns":[{{"name":"c","type":"{ty}"}}]"#);
    format!(r#"{{"id":"q",{columns},"data":[{}],"stats":{{}}}}"#, rows.join(",")).into_bytes()
}

#[divan::bench(args = names())]
fn trino_json(bencher: Bencher<'_, '_>, name: &str) {
    let answer = json(name);
    bencher.counter(ItemsCount::new(ROWS)).counter(BytesCount::of_slice(&answer)).bench_local(
        || match trino::answer(&answer).expect("an answer").data {
            Rows::Json(Some(Ok(batch))) => batch.num_rows(),
            other => panic!("not rows: {other:?}"),
        },
    );
}

fn ints(numbers: &[usize]) -> Vec<u8> {
    numbers.iter().flat_map(|number| (*number as u32).to_le_bytes()).collect()
}

/// A page with one column that has no NULL.
fn page(block: &str, values: &[&[u8]]) -> Vec<u8> {
    let data = [ints(&[1, block.len()]), block.as_bytes().to_vec(), ints(&[ROWS]), values.concat()]
        .concat();
    [ints(&[ROWS]), vec![0], ints(&[data.len(), data.len()]), vec![0; 8], data].concat()
}

#[divan::bench(args = ["bigint", "varchar"])]
fn presto_page(bencher: Bencher<'_, '_>, name: &str) {
    let page = match name {
        "bigint" => {
            let numbers: Vec<u8> = (0..ROWS as i64).flat_map(i64::to_le_bytes).collect();
            page("LONG_ARRAY", &[&[0], &numbers])
        }
        _ => {
            let texts: Vec<String> =
                (0..ROWS).map(|row| format!("the text of row {row}")).collect();
            let mut end = 0;
            let ends: Vec<usize> = texts
                .iter()
                .map(|text| {
                    end += text.len();
                    end
                })
                .collect();
            let text = texts.concat();
            page("VARIABLE_WIDTH", &[&ints(&ends), &[0], &ints(&[text.len()]), text.as_bytes()])
        }
    };
    let columns: Named = vec![("c".to_owned(), name.to_owned())];
    bencher.counter(ItemsCount::new(ROWS)).counter(BytesCount::of_slice(&page)).bench_local(|| {
        presto::page(&columns, &page).unwrap_or_else(|error| panic!("{error}")).num_rows()
    });
}

#[divan::bench(args = ["bigint", "varchar", "decimal(12,2)", "date", "timestamp(3)"])]
fn spark_columns(bencher: Bencher<'_, '_>, name: &str) {
    let ty = Type::parse(name).expect("a type");
    let numbers: Vec<i64> = (0..ROWS as i64).collect();
    let texts: Vec<String> =
        values(name).iter().map(|text| text.trim_matches('"').to_owned()).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let reply = match name {
        "bigint" => reply::fetched(&[Column::I64(&numbers)]),
        _ => reply::fetched(&[Column::Text(&texts)]),
    };
    bencher.counter(ItemsCount::new(ROWS)).counter(BytesCount::of_slice(&reply)).bench_local(
        || {
            let batch =
                spark::fetched(std::slice::from_ref(&ty), &reply).expect("a reply with rows");
            batch.unwrap_or_else(|error| panic!("{error}")).num_rows()
        },
    );
}
