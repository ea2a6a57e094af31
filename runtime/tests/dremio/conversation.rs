//! What is said with a server: signing in, sessions, plans and runs, counts, cancellation.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use lakequery::arrow_array::{BooleanArray, Int64Array, StringArray};
use lakequery::{Error, State};

use crate::server::{
    Answer, PAT, Step, batch, connect, fetch, numbers, rows, serve, serve_by, url_at,
};

/// Waits until something is so.
pub(crate) async fn eventually(what: &str, is: impl Fn() -> bool) {
    for _ in 0..500 {
        if is() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{what} did not come about in 5 s");
}

#[tokio::test]
async fn a_user_signs_in_once_and_each_call_has_token_cookies_and_settings() {
    let server = serve(numbers(&[2])).await;
    let more = "&schema=lake.%22a.b%22&routing_queue=q&routing_tag=t&routing_engine=e&catalog=c";
    let lake = lakequery::connect(&url_at(&server.address, more)).await.unwrap();
    for _ in 0..2 {
        assert_eq!(fetch(&lake, "SELECT n FROM t").await.unwrap(), [0, 1]);
    }
    let calls = server.calls();
    let names: Vec<&str> = calls.iter().map(|call| call.name).collect();
    assert_eq!(names, ["handshake", "plan", "plan", "run", "plan", "run"]);
    assert!(calls[0].header("authorization").starts_with("Basic "));
    assert_eq!(calls[1].header("cookie"), "", "the first call begins the session");
    for (i, call) in calls.iter().enumerate() {
        // What would undo a `USE` is said until there is a session.
        let names = ["schema", "routing_queue", "routing_tag", "catalog", "routing_engine"];
        let expected = match i {
            0 | 1 => [r#""lake"."a.b""#, "q", "t", "c", "e"],
            _ => ["", "", "", "", "e"],
        };
        assert_eq!(names.map(|name| call.header(name)), expected, "{i}");
        if i > 0 {
            assert_eq!(call.header("authorization"), "Bearer t0ken-1");
        }
        if i > 1 {
            assert_eq!(call.header("cookie"), "SESSION_ID=5e55-2; project=p2", "{i}");
        }
    }
    assert_eq!(server.runs(), (1, 2));
}

#[tokio::test]
async fn a_token_signs_in_without_a_user() {
    let server = serve(numbers(&[1])).await;
    let token = PAT.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    let url = format!("dremio+flight://{}?UseEncryption=false&Token={token}", server.address);
    let lake = lakequery::connect(&url).await.unwrap();
    assert_eq!(fetch(&lake, "SELECT n").await.unwrap(), [0]);
    assert_eq!(server.came("handshake", ""), 0);
    // It may also be the password.
    let url = format!("dremio+flight://me:{token}@{}?UseEncryption=false", server.address);
    lakequery::connect(&url).await.unwrap();
    assert_eq!(server.came("handshake", ""), 1);
}

#[tokio::test]
async fn a_session_or_a_token_that_ended_is_begun_anew_before_a_statement_runs() {
    let server = serve(numbers(&[2])).await;
    let lake = connect(&server).await;
    server.forget_sessions();
    assert_eq!(fetch(&lake, "SELECT n").await.unwrap(), [0, 1]);
    server.expire_tokens();
    assert_eq!(fetch(&lake, "SELECT n").await.unwrap(), [0, 1]);
    assert_eq!(server.came("handshake", ""), 3);
    assert_eq!(server.runs(), (1, 2));
}

#[tokio::test]
async fn sessions_are_of_their_own() {
    let server = serve(numbers(&[1])).await;
    let lake = connect(&server).await;
    let other = lake.new_session().await.unwrap();
    assert_eq!(fetch(&other, "SELECT n").await.unwrap(), [0]);
    let last = server.calls().pop().unwrap();
    assert_eq!(last.header("cookie"), "SESSION_ID=5e55-4; project=p4");
    assert_eq!(format!("{lake:?}"), format!("Lake(Dremio {{ at: {:?}, .. }})", server.address));
}

#[tokio::test]
async fn a_query_is_described_without_running_it() {
    let server = serve(numbers(&[1])).await;
    let lake = connect(&server).await;
    let schema = lakequery::sql("SELECT n FROM t").describe(&lake).await.unwrap();
    assert_eq!(schema.field(0).name(), "n");
    assert_eq!(server.runs(), (0, 0));
}

#[tokio::test]
async fn parameters_are_literals() {
    let server = serve(numbers(&[1])).await;
    let lake = connect(&server).await;
    let query = lakequery::sql("SELECT n // ?\nFROM t WHERE a = ? AND b = ?");
    query.bind("it's").bind(7_i64).fetch_all(&lake).await.unwrap();
    let sql = "SELECT n // ?\nFROM t WHERE a = 'it''s' AND b = CAST('7' AS BIGINT)";
    assert_eq!(server.came("run", sql), 1);
}

#[tokio::test]
async fn rows_that_were_written_are_counted() {
    let int = |values: &[i64]| Arc::new(Int64Array::from(values.to_vec())) as _;
    let text = |values: &[&str]| Arc::new(StringArray::from_iter_values(values)) as _;
    let inserted = batch(&[("Rows Inserted", int(&[7]))]);
    let files = batch(&[
        ("Fragment", text(&["0_0", "0_1"])),
        ("Records", int(&[3, 4])),
        ("Path", text(&["a", "b"])),
    ]);
    let done = |ok: bool| {
        let ok = Arc::new(BooleanArray::from(vec![ok])) as _;
        batch(&[("ok", ok), ("summary", text(&["Table [t] said so"]))])
    };
    for (sql, batches, expected) in [
        ("INSERT INTO t SELECT 1", vec![inserted.clone()], Ok(7)),
        ("CREATE TABLE t AS SELECT 1", vec![files.clone(), files], Ok(14)),
        ("DROP TABLE t", vec![done(true)], Ok(0)),
        ("DROP TABLE t", vec![done(false)], Err("Table [t] said so (dremio)")),
        ("SELECT \"Rows Inserted\" FROM t", vec![inserted], Ok(0)),
    ] {
        let server = serve(rows(batches)).await;
        let lake = connect(&server).await;
        let counted = lakequery::sql(sql).execute(&lake).await;
        assert_eq!(counted.map_err(|error| error.to_string()), expected.map_err(str::to_owned));
        assert_eq!(server.runs(), (1, 1), "{sql}");
        eventually("the end", || server.finished() == 1).await;
        assert_eq!(server.cancelled(), 0, "{sql}: it is read to its end");
    }
}

#[tokio::test]
async fn what_is_given_up_is_cancelled() {
    let Answer::Rows(schema, mut steps) = numbers(&[10; 20]) else { panic!() };
    steps.push(Step::Wait(Duration::from_secs(60)));
    let server = serve(Answer::Rows(schema, steps)).await;
    let lake = connect(&server).await;
    let mut stream = lakequery::sql("SELECT n").fetch(&lake);
    stream.next().await.unwrap().unwrap();
    drop(stream);
    lake.clone().close().await;
    eventually("the cancellation", || server.cancelled() == 1).await;
    let timed = tokio::time::timeout(Duration::from_millis(100), fetch(&lake, "SELECT n")).await;
    assert!(timed.is_err());
    eventually("the cancellation", || server.cancelled() == 2).await;
    assert_eq!(server.runs(), (1, 2));
}

#[tokio::test]
async fn progress_is_told() {
    let server = serve(numbers(&[3, 4])).await;
    let lake = connect(&server).await;
    let states = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&states);
    let query = lakequery::sql("SELECT n").on_progress(move |progress| {
        told.lock().unwrap().push((progress.state, progress.rows));
    });
    query.fetch_all(&lake).await.unwrap();
    use State::{Finished, Queued, Running};
    assert_eq!(
        *states.lock().unwrap(),
        [(Queued, 0), (Running, 0), (Running, 3), (Running, 7), (Finished, 7)]
    );
}

/// Batches of 1 MiB, some 100 of them: more than the connection holds, less than may wait.
fn large(count: usize) -> Answer {
    numbers(&vec![(1 << 20) / 8; count])
}

#[tokio::test]
async fn who_reads_late_loses_nothing_as_the_result_is_read_ahead() {
    let server = serve(large(100)).await;
    server.set_patience(Duration::from_millis(1_500));
    let lake = connect(&server).await;
    let mut stream = lakequery::sql("SELECT n").fetch_arrow(&lake).await.unwrap();
    tokio::time::sleep(Duration::from_millis(4_000)).await;
    let mut rows = 0;
    while let Some(batch) = stream.next().await {
        rows += batch.unwrap().num_rows();
    }
    assert_eq!(rows, 100 << 17);
}

#[tokio::test]
async fn who_reads_too_late_gets_what_came_and_then_a_clear_error() {
    let server = serve(large(400)).await;
    server.set_patience(Duration::from_millis(1_500));
    let lake = connect(&server).await;
    let mut stream = lakequery::sql("SELECT n").fetch_arrow(&lake).await.unwrap();
    tokio::time::sleep(Duration::from_millis(5_000)).await;
    let mut rows = 0;
    let error: Error = loop {
        match stream.next().await.expect("an error") {
            Ok(batch) => rows += batch.num_rows(),
            Err(error) => break error,
        }
    };
    assert!(
        error.is_timeout() && error.to_string().contains("nothing is read for 50 s"),
        "{error}"
    );
    // What may wait, and what was on its way.
    assert!((120 << 17..200 << 17).contains(&rows), "{rows}");
    assert_eq!(server.runs(), (1, 1));
}

#[tokio::test]
async fn the_first_rows_may_take_long() {
    let Answer::Rows(schema, mut steps) = numbers(&[2]) else { panic!() };
    steps.insert(0, Step::Wait(Duration::from_millis(1_500)));
    let server = serve_by(move |_, _| Some(Answer::Rows(Arc::clone(&schema), steps.clone()))).await;
    let lake = connect(&server).await;
    assert_eq!(fetch(&lake, "SELECT n").await.unwrap(), [0, 1]);
}
