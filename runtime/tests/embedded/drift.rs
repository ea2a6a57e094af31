//! Results that are not what their query was compiled for.

use lakequery::{Error, Query};
use lakequery_types::Piece;

use crate::folder::{Folder, query};

fn select(sql: &'static str, columns: &[(&'static str, &'static str, bool)]) -> Query<i64> {
    query(&[Piece::Text(sql)], columns, &[], vec![], |row| row.read(0))
}

async fn error(sql: &'static str, columns: &[(&'static str, &'static str, bool)]) -> Error {
    let folder = Folder::with_orders();
    let lake = folder.connect().await;
    let all = select(sql, columns).fetch_all(&lake).await.unwrap_err();
    // Also where no row would be read, and for Arrow.
    let arrow = match select(sql, columns).fetch_arrow(&lake).await {
        Ok(mut stream) => stream.next().await.unwrap().unwrap_err(),
        Err(error) => error,
    };
    assert_eq!(all.to_string(), arrow.to_string());
    all
}

#[tokio::test]
async fn every_column_that_drifted_is_listed() {
    let drift = error(
        "SELECT o_orderkey, o_totalprice, o_comment AS remark, o_time FROM tpch.orders WHERE FALSE",
        &[
            ("o_orderkey", "integer", false),
            ("o_totalprice", "decimal(12,3)", false),
            ("o_comment", "varchar", true),
            ("o_time", "timestamp(6)", false),
            ("more", "array(bigint)", false),
        ],
    )
    .await;
    assert!(drift.is_schema_drift());
    assert_eq!(
        drift.to_string(),
        "the schema has drifted: the result is not what the query was compiled for
  column 1: expected o_orderkey integer, found o_orderkey bigint
  column 2: expected o_totalprice decimal(12,3), found o_totalprice decimal(12,2)
  column 3: expected o_comment varchar, found remark varchar
  column 4: expected o_time timestamp(6), found o_time timestamp(3)
  column 5: expected more array(bigint), found none (datafusion, query at src/main.rs:7:9); \
         refresh the snapshots with `cargo lake refresh` and build again, or CAST in the query"
    );
    let drift =
        error("SELECT o_orderkey, 1 AS x FROM tpch.orders", &[("o_orderkey", "bigint", false)])
            .await;
    assert!(drift.to_string().contains("\n  column 2: expected none, found x integer"), "{drift}");
}

#[tokio::test]
async fn what_makes_no_difference_is_no_drift() {
    let folder = Folder::with_orders();
    let lake = folder.connect().await;
    for (sql, columns) in [
        // Case of names, lengths of texts, any name.
        (
            "SELECT o_orderkey AS \"O_OrderKey\" FROM tpch.orders",
            &[("o_orderkey", "bigint", false)][..],
        ),
        ("SELECT o_orderkey AS x FROM tpch.orders", &[("", "bigint", false)]),
        (
            "SELECT o_orderkey, o_comment FROM tpch.orders",
            &[("o_orderkey", "bigint", true), ("o_comment", "varchar(7)", true)],
        ),
        (
            "SELECT o_orderkey, o_comment FROM tpch.orders",
            &[("o_orderkey", "bigint", false), ("o_comment", "char(3)", true)],
        ),
        // Digits that the unit holds.
        (
            "SELECT o_orderkey, o_time FROM tpch.orders",
            &[("o_orderkey", "bigint", false), ("o_time", "timestamp(2)", false)],
        ),
    ] {
        assert_eq!(select(sql, columns).fetch_all(&lake).await.unwrap(), [1, 2, 3], "{sql}");
    }
}

#[tokio::test]
async fn a_null_that_should_not_be_is_an_error() {
    let null = error(
        "SELECT o_orderkey, o_comment FROM tpch.orders",
        &[("o_orderkey", "bigint", false), ("o_comment", "varchar", false)],
    )
    .await;
    assert!(null.is_unexpected_null());
    assert_eq!(
        null.to_string(),
        "column o_comment was compiled as never NULL, but the column is NULL in a row \
         (datafusion, query at src/main.rs:7:9); refresh the snapshots with `cargo lake refresh`, \
         or read the column into an `Option`"
    );
}

#[tokio::test]
async fn a_query_that_was_not_compiled_for_the_engine_says_so() {
    const STATEMENT: &str = "14:src/lib.rs:1:10;0;1;5:trino0;";
    let folder = Folder::new();
    let lake = folder.connect().await;
    let error = Query::<()>::new(STATEMENT, |_| Ok(())).execute(&lake).await.unwrap_err();
    assert!(error.is_unsupported());
    assert_eq!(
        error.to_string(),
        "this query was not compiled for datafusion (datafusion, query at src/lib.rs:1:1); \
         add \"datafusion\" to `targets` in lake.toml"
    );
}
