//! The verbs: how many rows each takes, and what becomes of a query that
//! nobody reads to its end.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::{StreamExt, TryStreamExt};
use lakequery::__private::sql_types;
use lakequery::arrow_array::{ArrayRef, Int64Array, RecordBatch};
use lakequery::{Cell, Decimal, Decode, DecodeError, Engine, FromSql, Query};
use lakequery_types::Piece;

use crate::folder::{Folder, query};

#[derive(Debug, PartialEq)]
struct Order {
    key: i64,
    price: Decimal,
    comment: Option<String>,
}

/// `SELECT … FROM tpch.orders WHERE …`
fn orders(condition: &'static str) -> Query<Order> {
    query(
        &[
            Piece::Text(
                "SELECT o_orderkey AS key, o_totalprice AS price, o_comment AS comment FROM tpch.orders WHERE ",
            ),
            Piece::Text(condition),
            Piece::Text(" ORDER BY 1"),
        ],
        &[
            ("key", "bigint", false),
            ("price", "decimal(12,2)", false),
            ("comment", "varchar", true),
        ],
        &[],
        vec![],
        |row| Ok(Order { key: row.read(0)?, price: row.read(1)?, comment: row.read(2)? }),
    )
}

fn order(key: i64, price: &str, comment: Option<&str>) -> Order {
    Order { key, price: price.parse().unwrap(), comment: comment.map(str::to_owned) }
}

/// A number that is not 40.
#[derive(Debug, PartialEq)]
struct NotForty(i64);

impl Decode for NotForty {
    fn decode(cell: Cell<'_>) -> Result<NotForty, DecodeError> {
        match i64::decode(cell)? {
            40 => Err(DecodeError::new("it is 40")),
            number => Ok(NotForty(number)),
        }
    }
}

impl FromSql<sql_types::BigInt> for NotForty {}

#[tokio::test]
async fn rows_before_one_that_fails_come_and_none_after_it() {
    let folder = Folder::new();
    let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..100));
    let batch = RecordBatch::try_from_iter_with_nullable([("n", numbers, false)]).unwrap();
    folder.parquet("numbers.parquet", &batch);
    let lake = folder.connect().await;
    let numbers = query(
        &[Piece::Text("SELECT n FROM numbers ORDER BY n")],
        &[("n", "bigint", false)],
        &[],
        vec![],
        |row| row.read::<NotForty>(0),
    );
    let mut rows = numbers.fetch(&lake);
    for n in 0..40 {
        assert_eq!(rows.next().await.unwrap().unwrap(), NotForty(n));
    }
    let error = rows.next().await.unwrap().unwrap_err();
    assert_eq!(error.to_string(), "column n: it is 40 (datafusion, query at src/main.rs:7:9)");
    assert!(rows.next().await.is_none());
}

#[tokio::test]
async fn each_verb_takes_its_rows() {
    let folder = Folder::with_orders();
    let lake = folder.connect().await;
    assert_eq!(lake.engine(), Engine::DataFusion);

    let all = orders("TRUE").fetch_all(&lake).await.unwrap();
    assert_eq!(
        all,
        [
            order(1, "199.90", Some("a")),
            order(2, "-0.05", Some("")),
            order(3, "100000000.00", None)
        ]
    );
    let streamed: Vec<Order> = orders("TRUE").fetch(&lake).try_collect().await.unwrap();
    assert_eq!(streamed, all);
    assert_eq!(orders("FALSE").fetch_all(&lake).await.unwrap(), []);

    let one = order(2, "-0.05", Some(""));
    assert_eq!(orders("o_orderkey = 2").fetch_one(&lake).await.unwrap(), one);
    assert_eq!(orders("o_orderkey = 2").fetch_optional(&lake).await.unwrap(), Some(one));
    assert_eq!(orders("FALSE").fetch_optional(&lake).await.unwrap(), None);

    let none = orders("FALSE").fetch_one(&lake).await.unwrap_err();
    assert!(none.is_row_not_found());
    assert_eq!(
        none.to_string(),
        "the query has no row (datafusion, query at src/main.rs:7:9); use `fetch_optional` where that may be"
    );
    for many in [
        orders("TRUE").fetch_one(&lake).await.unwrap_err(),
        orders("TRUE").fetch_optional(&lake).await.unwrap_err(),
    ] {
        assert!(many.is_too_many_rows(), "{many}");
        assert_eq!(many.location(), Some("src/main.rs:7:9"));
        assert_eq!(many.engine(), Some(Engine::DataFusion));
    }
    assert_eq!(orders("TRUE").execute(&lake).await.unwrap(), 0);
}

#[tokio::test]
async fn arrow_has_the_schema_before_the_batches() {
    let folder = Folder::with_orders();
    let lake = folder.connect().await;
    let mut stream = orders("o_orderkey > 1").fetch_arrow(&lake).await.unwrap();
    let names: Vec<String> =
        stream.schema().fields().iter().map(|field| field.name().clone()).collect();
    assert_eq!(names, ["key", "price", "comment"]);
    let mut rows = 0;
    while let Some(batch) = stream.next().await {
        let batch = batch.unwrap();
        assert_eq!(batch.schema(), stream.schema());
        rows += batch.num_rows();
    }
    assert_eq!(rows, 2);
    let empty = orders("FALSE").fetch_arrow(&lake).await.unwrap();
    assert_eq!(empty.schema().fields().len(), 3);
    assert_eq!(empty.map(|batch| batch.unwrap().num_rows()).collect::<Vec<_>>().await, [0usize; 0]);
}

#[tokio::test]
async fn a_query_runs_again_and_elsewhere() {
    let folder = Folder::with_orders();
    let lake = folder.connect().await;
    let query = orders("o_orderkey = 1");
    let again = query.clone();
    let rows = tokio::spawn({
        let lake = lake.clone();
        async move { query.fetch_all(&lake).await }
    });
    assert_eq!(rows.await.unwrap().unwrap(), again.fetch_all(&lake).await.unwrap());
    assert!(orders("TRUE").sql(Engine::DataFusion).unwrap().starts_with("SELECT"));
    assert_eq!(orders("TRUE").sql(Engine::Trino), None);
}

/// A folder whose table `t` has a thousand rows.
fn thousand() -> Folder {
    let folder = Folder::new();
    let lines: String = (0..1000).map(|n| format!("{n}\n")).collect();
    folder.write("t.csv", format!("n\n{lines}"));
    folder
}

/// A query with more rows than would ever fit anywhere, a billion of them.
const ENDLESS: &str = "SELECT a.n + b.n + c.n AS x FROM t AS a CROSS JOIN t AS b CROSS JOIN t AS c";

/// A hundred thousand rows of one key.
const SKEWED: &str =
    "SELECT a.n + b.n AS x, a.n / 1000 AS k FROM t AS a CROSS JOIN t AS b WHERE b.n < 100";

#[tokio::test]
async fn rows_come_before_the_query_ends_and_dropping_ends_it() {
    let folder = thousand();
    let lake = folder.connect().await;
    let mut rows = lakequery::sql(ENDLESS).fetch(&lake);
    for _ in 0..20_000 {
        let row = rows.next().await.unwrap().unwrap();
        assert!(row.get::<i64>("x").unwrap() < 3000);
    }
    drop(rows);
    for _ in 0..1000 {
        if tokio::runtime::Handle::current().metrics().num_alive_tasks() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the query goes on");
}

/// On one thread: so the query must hand it back for the time to run out, also
/// where a join drops all pairs by its own condition, with and without a key.
#[tokio::test]
async fn dropping_a_future_ends_its_query() {
    let folder = thousand();
    let lake = folder.connect().await;
    for sql in [
        format!("SELECT count(*) AS n FROM ({ENDLESS}) AS q WHERE x > 0"),
        format!("SELECT count(*) AS n FROM ({ENDLESS}) AS q WHERE x < 0"),
        format!(
            "SELECT count(*) AS n FROM ({SKEWED}) AS a JOIN ({SKEWED}) AS b ON a.k = b.k AND a.x + b.x < 0"
        ),
        format!(
            "SELECT count(*) AS n FROM ({SKEWED}) AS a LEFT JOIN ({SKEWED}) AS b ON a.k = b.k AND a.x + b.x < 0"
        ),
        format!("SELECT max(x) AS n FROM ({ENDLESS}) AS q"),
        format!("SELECT x FROM ({ENDLESS}) AS q ORDER BY x"),
    ] {
        let start = Instant::now();
        let query = lakequery::sql(&sql).fetch_all(&lake);
        assert!(tokio::time::timeout(Duration::from_millis(200), query).await.is_err(), "{sql}");
        assert!(start.elapsed() < Duration::from_secs(10), "its thread is not handed back: {sql}");
        let mut waits = 0;
        while tokio::runtime::Handle::current().metrics().num_alive_tasks() > 0 {
            waits += 1;
            assert!(waits < 1000, "the query goes on: {sql}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

#[tokio::test]
async fn progress_is_told() {
    let folder = thousand();
    let lake = folder.connect().await;
    let heard = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let told = std::sync::Arc::clone(&heard);
    let rows = lakequery::sql("SELECT n FROM t")
        .on_progress(move |progress| told.lock().unwrap().push(progress.clone()))
        .fetch_all(&lake)
        .await
        .unwrap();
    assert_eq!(rows.len(), 1000);
    let heard = heard.lock().unwrap();
    assert_eq!(heard[0].state, lakequery::State::Running);
    let last = heard.last().unwrap();
    assert_eq!((last.state, last.rows), (lakequery::State::Finished, 1000));
    assert!(last.bytes >= 8000);
}

#[tokio::test]
async fn a_query_is_described_without_running() {
    let folder = thousand();
    let lake = folder.connect().await;
    // It would divide by zero.
    let raw = lakequery::sql("SELECT n / (n - n) AS x, 'a' AS y FROM t WHERE n > ?").bind(3_i64);
    let schema = raw.describe(&lake).await.unwrap();
    let columns: Vec<_> = schema
        .fields()
        .iter()
        .map(|field| format!("{} {}", field.name(), field.data_type()))
        .collect();
    assert_eq!(columns, ["x Int64", "y Utf8"]);
    let error = lakequery::sql("SELECT m FROM t").describe(&lake).await.unwrap_err();
    assert!(error.is_query(), "{error:?}");

    let folder = Folder::with_orders();
    let lake = folder.connect().await;
    assert_eq!(orders("TRUE").describe(&lake).await.unwrap().fields().len(), 3);
    let one = [("key", "bigint", false)];
    let text = [Piece::Text("SELECT o_comment AS key FROM tpch.orders")];
    let drifted = query::<i64>(&text, &one, &[], vec![], |_| unreachable!("it does not run"));
    let error = drifted.describe(&lake).await.unwrap_err();
    assert!(error.is_schema_drift(), "{error:?}");
}

#[test]
fn without_tokio_there_is_an_error() {
    let folder = Folder::with_orders();
    let lake = futures::executor::block_on(folder.connect());
    let error = futures::executor::block_on(orders("TRUE").fetch_all(&lake)).unwrap_err();
    assert!(error.is_no_runtime());
    assert!(error.to_string().contains("call it from a tokio runtime"), "{error}");
    let error = futures::executor::block_on(lake.reflect(Default::default())).unwrap_err();
    assert!(error.is_no_runtime());
}

#[test]
fn any_tokio_runtime_will_do() {
    let folder = Folder::with_orders();
    let mut current = tokio::runtime::Builder::new_current_thread();
    let mut multi = tokio::runtime::Builder::new_multi_thread();
    // No timers, no sockets.
    for runtime in [current.build().unwrap(), multi.worker_threads(1).build().unwrap()] {
        let rows = runtime.block_on(async {
            let lake = folder.connect().await;
            orders("TRUE").fetch_all(&lake).await
        });
        assert_eq!(rows.unwrap().len(), 3);
    }
}

#[test]
fn a_runtime_that_ends_is_an_error_and_no_short_result() {
    let folder = thousand();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut rows = runtime.block_on(async {
        let lake = folder.connect().await;
        let mut rows = lakequery::sql(ENDLESS).fetch(&lake);
        rows.next().await.unwrap().unwrap();
        rows
    });
    runtime.shutdown_background();
    let last = futures::executor::block_on(async {
        let mut last = None;
        while let Some(row) = rows.next().await {
            last = Some(row);
        }
        last
    });
    let error = last.unwrap().unwrap_err();
    assert!(error.is_no_runtime(), "{error}");
}
