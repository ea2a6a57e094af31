//! The crate as others use it: tables that are registered, folders, errors.

use std::fs;
use std::sync::Arc;

use arrow_array::{ArrayRef, Int32Array, RecordBatch};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use datafusion::common::ScalarValue;
use datafusion::execution::SessionStateBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use futures::TryStreamExt;

use crate::{Error, ErrorKind, Folder, Result, Session, rewrite, session_state};

/// A session over `t` and `u`, which are registered, and the files `t`, `v` and `broken`.
fn session(folder: &tempfile::TempDir) -> Session {
    for (file, text) in [("t.csv", "x\n1\n"), ("v.csv", "x\n2\n"), ("broken.csv", "x,y\n1,2\n3\n")]
    {
        fs::write(folder.path().join(file), text).unwrap();
    }
    let session = Session::new().unwrap().with_folder(Folder::open(folder.path(), None).unwrap());
    for (name, value) in [("t", 7), ("u", 8)] {
        let column: ArrayRef = Arc::new(Int32Array::from(vec![value]));
        let batch = RecordBatch::try_from_iter([("x", column)]).unwrap();
        session.context().register_batch(name, batch).unwrap();
    }
    session
}

async fn ask(session: &Session, sql: &str, parameters: Vec<ScalarValue>) -> Result<String> {
    let batches: Vec<_> = session.plan(sql, parameters).await?.run().try_collect().await?;
    Ok(shown(&batches))
}

/// The only column of a result.
fn shown(batches: &[RecordBatch]) -> String {
    let options = FormatOptions::new().with_null("NULL");
    let mut rows = Vec::new();
    for batch in batches {
        assert_eq!(batch.num_columns(), 1);
        let column = ArrayFormatter::try_new(batch.column(0), &options).unwrap();
        rows.extend((0..batch.num_rows()).map(|row| column.value(row).to_string()));
    }
    rows.join(" ")
}

#[tokio::test]
async fn registered_tables_come_before_those_of_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let session = session(&folder);
    for (sql, expected) in [
        ("SELECT x FROM t", "7"),
        ("SELECT x FROM public.t", "7"),
        ("SELECT x FROM datafusion.public.u", "8"),
        ("SELECT x FROM v", "2"),
        ("SELECT x FROM \"default\".t", "1"),
        ("SELECT u.x + v.x FROM u CROSS JOIN v", "10"),
        ("WITH t AS (SELECT 5 AS x) SELECT x FROM t", "5"),
        // As lake SQL means it.
        ("SELECT x / 2 FROM t", "3"),
        ("SELECT CAST(1e0 / 0 AS varchar)", "Infinity"),
        ("SELECT y FROM (VALUES (2), (NULL), (1)) t(y) ORDER BY y", "1 2 NULL"),
        ("SELECT substr('abc', -2)", "bc"),
    ] {
        let found = ask(&session, sql, vec![]).await;
        assert_eq!(found.as_deref().ok(), Some(expected), "{sql}: {found:?}");
    }
    let two = ScalarValue::Int32(Some(2));
    assert_eq!(ask(&session, "SELECT $1 + x FROM t", vec![two]).await.unwrap(), "9");
}

#[tokio::test]
async fn errors_say_what_is_wrong_and_where() {
    let folder = tempfile::tempdir().unwrap();
    let with_folder = session(&folder);
    let without = Session::new().unwrap();
    for (session, sql, kind, message, help) in [
        (
            &without,
            "SELECT * FROM t",
            ErrorKind::NotFound,
            "table `t` does not exist",
            "register it in the session",
        ),
        (
            &without,
            "SELECT * FROM a.b.t",
            ErrorKind::NotFound,
            "table `a.b.t` does not exist",
            "register it in the session",
        ),
        (
            &with_folder,
            "SELECT * FROM brokn",
            ErrorKind::NotFound,
            "table `default.brokn` does not exist",
            "did you mean `broken`?",
        ),
        (
            &with_folder,
            "SELECT * FROM a.b.t",
            ErrorKind::NotFound,
            "catalog `a` does not exist: the embedded engine has schemas only",
            "leave `a.` away, or map the schema in lake.toml",
        ),
        (
            &with_folder,
            "INSERT INTO t VALUES (1)",
            ErrorKind::Unsupported,
            "the embedded engine only reads, and this is not a query",
            "write the files with another program; every query sees the files as they are",
        ),
        (
            &with_folder,
            "SELECT 1; SELECT 2",
            ErrorKind::Query,
            "there are 2 statements in the SQL",
            "run them one by one",
        ),
        (&with_folder, "", ErrorKind::Query, "the SQL holds no statement", ""),
        (
            &with_folder,
            "SELECT y FROM t",
            ErrorKind::Query,
            "the embedded engine refuses the query: column `y` does not exist; the columns are x",
            "",
        ),
        (
            &with_folder,
            "SELECT 1 / (x - 7) FROM t",
            ErrorKind::Query,
            "the query failed: division by zero",
            "",
        ),
    ] {
        let error = ask(session, sql, vec![]).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (kind, message), "{sql}");
        assert_eq!(error.help().unwrap_or_default(), help, "{sql}");
        assert_eq!(error.path(), None, "{sql}");
    }
    let error = ask(&with_folder, "SELECT x FROM broken", vec![]).await.unwrap_err();
    let path = folder.path().canonicalize().unwrap().join("broken.csv");
    assert_eq!((error.kind(), error.path()), (ErrorKind::BrokenData, Some(&*path)), "{error}");
    let at_folder = |path| Folder::open(path, None).unwrap_err();
    for (path, kind) in
        [(path, ErrorKind::NotFound), ("/no/such/folder".into(), ErrorKind::NotFound)]
    {
        let error: Error = at_folder(path.clone());
        assert_eq!((error.kind(), error.path()), (kind, Some(&*path)), "{error}");
    }
}

#[test]
fn without_a_runtime_nothing_is_planned() {
    let session = Session::new().unwrap();
    let planned = futures::executor::block_on(session.plan("SELECT 1", vec![]));
    assert_eq!(planned.unwrap_err().kind(), ErrorKind::NoRuntime);
}

/// A session of one's own becomes one of lake SQL, and keeps what it has.
#[tokio::test]
async fn a_session_of_ones_own_is_taught_lake_sql() {
    let config = SessionConfig::new()
        .with_target_partitions(3)
        .with_default_catalog_and_schema("lake", "sales");
    let state = session_state(SessionStateBuilder::new().with_config(config)).unwrap();
    assert_eq!(state.config().target_partitions(), 3);
    // By way of DataFusion alone.
    let dialect = state.config().options().sql_parser.dialect;
    let mut statement = state.sql_to_statement("SELECT CAST(2.5 AS integer)", &dialect).unwrap();
    rewrite(&mut statement).unwrap();
    let plan = state.statement_to_plan(statement).await.unwrap();
    let context = SessionContext::new_with_state(state);
    let frame = context.execute_logical_plan(plan).await.unwrap();
    assert_eq!(shown(&frame.collect().await.unwrap()), "3");
    let session = Session::on(context);
    let answer = ask(&session, "SELECT 7 / 2", vec![]).await;
    assert_eq!(answer.unwrap(), "3");
    let error = ask(&session, "SELECT * FROM t", vec![]).await.unwrap_err();
    assert_eq!(error.message(), "table `t` does not exist");
}
