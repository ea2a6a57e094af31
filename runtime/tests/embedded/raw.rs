//! SQL that is known at run time only.

use lakequery::{Type, Value, sql};

use crate::folder::Folder;

#[tokio::test]
async fn rows_are_read_by_name_and_index() {
    let folder = Folder::with_orders();
    let lake = folder.connect().await;
    let rows = sql(
        "SELECT *, o_orderkey AS \"O_Key\" FROM tpch.orders WHERE o_orderkey <> ? ORDER BY 1 -- ?",
    )
    .bind(2)
    .fetch_all(&lake)
    .await
    .unwrap();
    assert_eq!(rows.len(), 2);
    let row = &rows[1];
    let columns = row.columns();
    assert_eq!(
        columns.iter().map(|column| format!("{} {}", column.name, column.ty)).collect::<Vec<_>>(),
        [
            "o_orderkey bigint",
            "o_totalprice decimal(12,2)",
            "o_comment varchar",
            "o_time timestamp(3)",
            "O_Key bigint"
        ]
    );
    assert_eq!(columns[0].ty, Type::BigInt);
    assert_eq!(row.get::<i64>("o_orderkey").unwrap(), 3);
    assert_eq!(row.get::<i64>("O_ORDERKEY").unwrap(), 3);
    assert_eq!(row.get::<i64>(String::from("o_key")).unwrap(), 3);
    assert_eq!(row.get::<Option<String>>(2).unwrap(), None);
    assert_eq!(row.get::<Value>("o_totalprice").unwrap().to_string(), "100000000.00");
    assert_eq!(
        format!("{row:?}"),
        r#"{"o_orderkey": 3, "o_totalprice": 100000000.00, "o_comment": NULL, "o_time": 1969-12-31 23:59:59.999, "O_Key": 3}"#
    );
}

#[tokio::test]
async fn wrong_columns_are_named() {
    let folder = Folder::with_orders();
    let lake = folder.connect().await;
    let row = sql("SELECT o_comment, o_comment AS \"O_Comment\", 1 AS \"x\" FROM tpch.orders WHERE o_orderkey = 3")
        .fetch_one(&lake)
        .await
        .unwrap();
    for (error, text) in [
        (
            row.get::<i64>("xs").unwrap_err(),
            "column `xs` does not exist; the columns are o_comment, O_Comment, x",
        ),
        (
            row.get::<i64>("something").unwrap_err(),
            "column `something` does not exist; the columns are o_comment, O_Comment, x",
        ),
        (row.get::<i64>(3).unwrap_err(), "column 3 does not exist: the row has 3, counted from 0"),
        (
            row.get::<String>("O_COMMENT").unwrap_err(),
            "there are 2 columns `O_COMMENT`; give them different names with AS, or use their index",
        ),
        (row.get::<String>("x").unwrap_err(), "column x: integer can't be read as String"),
        (row.get::<i16>(2).unwrap_err(), "column x: integer can't be read as i16"),
    ] {
        assert!(error.is_decode());
        assert_eq!(error.to_string(), text);
    }
    let null = row.get::<String>("o_comment").unwrap_err();
    assert!(null.is_unexpected_null());
    assert_eq!(null.to_string(), "column o_comment: it is NULL; read it into an `Option`");
}

#[tokio::test]
async fn errors_of_the_sql_are_clear() {
    let folder = Folder::with_orders();
    let lake = folder.connect().await;
    for (text, expected) in [
        ("", "the SQL holds no statement (datafusion)"),
        ("-- nothing", "the SQL holds no statement (datafusion)"),
        (
            "SELECT 1; SELECT 2",
            "there are 2 statements in the SQL (datafusion); run them one by one",
        ),
        ("SELEC 1", "the embedded engine refuses the query: "),
        (
            "SELECT * FROM tpch.order",
            "table `tpch.order` does not exist (datafusion); did you mean `orders`?",
        ),
        (
            "SELECT * FROM tpch.lineitem",
            "table `tpch.lineitem` does not exist (datafusion); the tables of schema `tpch` are orders",
        ),
        ("SELECT * FROM tpcd.orders", "schema `tpcd` does not exist in "),
        (
            "SELECT * FROM orders",
            "table `default.orders` does not exist (datafusion); put `orders.parquet` into ",
        ),
        (
            "SELECT * FROM hive.tpch.orders",
            "catalog `hive` does not exist: the embedded engine has schemas only (datafusion); leave `hive.` away",
        ),
        (
            "SELECT o_key FROM tpch.orders",
            "the embedded engine refuses the query: column `o_key` does not exist; the columns are o_orderkey, o_totalprice, o_comment, o_time (datafusion)",
        ),
        (
            "SELECT o_orderkye FROM tpch.orders",
            "the embedded engine refuses the query: column `o_orderkye` does not exist; did you mean `o_orderkey`? (datafusion)",
        ),
        ("SELECT nofunction(1)", "the embedded engine refuses the query: "),
        ("SELECT 1/0", "the query failed: "),
        (
            "CREATE TABLE t AS SELECT 1",
            "the embedded engine only reads, and this is not a query (datafusion)",
        ),
        (
            "DROP TABLE tpch.orders",
            "the embedded engine only reads, and this is not a query (datafusion)",
        ),
        (
            "INSERT INTO tpch.orders SELECT * FROM tpch.orders",
            "the embedded engine only reads, and this is not a query (datafusion)",
        ),
        (
            "COPY tpch.orders TO 'x.parquet'",
            "the embedded engine only reads, and this is not a query (datafusion)",
        ),
        (
            "SET datafusion.execution.batch_size = 1",
            "the embedded engine only reads, and this is not a query (datafusion)",
        ),
    ] {
        let error = sql(text).fetch_all(&lake).await.unwrap_err();
        assert!(error.to_string().starts_with(expected), "{text}: {error:?}");
        assert!(!error.is_internal(), "{text}: {error:?}");
    }
    let error = sql("SELECT ?").fetch_all(&lake).await.unwrap_err();
    assert!(error.is_parameter());
}

#[tokio::test]
async fn statements_that_explain_run() {
    let folder = Folder::with_orders();
    let lake = folder.connect().await;
    for text in ["EXPLAIN SELECT * FROM tpch.orders", "DESCRIBE tpch.orders", "VALUES (1), (2)"] {
        assert!(!sql(text).fetch_all(&lake).await.unwrap().is_empty(), "{text}");
    }
    let recursive = "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 5) SELECT max(n) AS m FROM t";
    let row = sql(recursive).fetch_one(&lake).await.unwrap();
    assert_eq!(row.get::<i64>("m").unwrap(), 5);
}

#[tokio::test]
async fn deep_queries_neither_fail_nor_overflow() {
    let folder = Folder::new();
    let lake = folder.connect().await;
    let from = "FROM (VALUES (1), (2)) AS t(x)";
    for (depth, works) in [(30, true), (380, true), (410, false), (100_000, false)] {
        let chain = |part: &str| part.repeat(depth);
        let sum = format!("SELECT x{} AS n {from}", chain(" + x"));
        let or = format!("SELECT x AS n {from} WHERE x = 7{}", chain(" OR x = 1"));
        let not = format!("SELECT x AS n {from} WHERE {} x = 1 AND x > 0", chain("NOT "));
        let union = format!("SELECT x AS n {from}{}", chain(" UNION ALL SELECT 2"));
        for (text, rows) in [(sum, 2), (or, 1), (not, 1), (union, depth + 2)] {
            let shown = format!("{depth} {} {}", &text[..20], &text[50..80]);
            // Planning a sum of so many is slow, but no deeper than the others.
            if works && depth > 30 && shown.contains("x + x") {
                continue;
            }
            match sql(text).fetch_all(&lake).await {
                Ok(found) => assert!(works && found.len() == rows, "{shown}"),
                Err(error) => assert!(!works && error.is_query(), "{shown}: {error:?}"),
            }
        }
    }
    let nested = |depth: usize| {
        sql(format!("SELECT {}x{} AS n {from}", "(".repeat(depth), ")".repeat(depth)))
    };
    assert_eq!(nested(900).fetch_all(&lake).await.unwrap().len(), 2);
    assert!(nested(100_000).fetch_all(&lake).await.unwrap_err().is_query());
}
