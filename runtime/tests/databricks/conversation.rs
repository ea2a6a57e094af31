//! What is said with a warehouse: sessions, statements and their states, cancellation, counts.

use std::time::Duration;

use crate::http::Reply;
use crate::warehouse::{
    Answer, CANCEL, SESSION, STATEMENT, asked, connect, numbers, refusal, runs, state, url,
};

#[tokio::test]
async fn a_statement_runs_in_a_session_with_its_settings() {
    let server = Answer::numbers(&[2]).serve().await;
    let lake = lakequery::connect(&url(&server, "&catalog=main&schema=s%22")).await.unwrap();
    let query = lakequery::sql("SELECT ? AS \"n\"\n").bind("it's");
    let rows = query.fetch_all(&lake).await.unwrap();
    assert_eq!(rows.len(), 2);
    lake.close().await;
    let bodies: Vec<String> = server.seen().iter().map(|seen| seen.body.clone()).collect();
    assert_eq!(
        bodies[0],
        r#"{"warehouse_id":"w1","catalog":"main","schema":"s\"","session_confs":{"ANSI_MODE":"true","TIMEZONE":"UTC"}}"#
    );
    assert_eq!(
        bodies[1],
        format!(
            r#"{{"statement":"SELECT CAST(X'69742773' AS STRING) AS \"n\"\u000a","warehouse_id":"w1","session_id":"{SESSION}","disposition":"EXTERNAL_LINKS","format":"ARROW_STREAM","result_compression":"LZ4_FRAME","wait_timeout":"5s","on_wait_timeout":"CONTINUE"}}"#
        )
    );
    let mut after = server.asked().split_off(2);
    after.sort_unstable();
    assert_eq!(
        after,
        [
            format!("DELETE /api/2.0/sql/sessions/{SESSION}?warehouse_id=w1"),
            format!("DELETE /api/2.0/sql/statements/{STATEMENT}"),
            "GET /storage/0?sig=secret".to_owned(),
        ]
    );
}

#[tokio::test]
async fn a_statement_is_asked_for_until_it_is_done() {
    let server = Answer::numbers(&[3]).serve_but(|seen, before| {
        let states = ["PENDING", "RUNNING", "RUNNING"];
        match (seen.method.as_str(), seen.path.as_str()) {
            ("POST", "/api/2.0/sql/statements") => Some(state("PENDING")),
            ("GET", path) if path.ends_with(STATEMENT) => {
                states.get(before).map(|name| state(name))
            }
            _ => None,
        }
    });
    let server = server.await;
    let lake = connect(&server).await;
    let states = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let told = std::sync::Arc::clone(&states);
    let query = lakequery::sql("SELECT n").on_progress(move |progress| {
        assert_eq!(progress.query_id.as_deref(), Some(STATEMENT));
        told.lock().unwrap().push(progress.state);
    });
    assert_eq!(query.fetch_all(&lake).await.unwrap().len(), 3);
    assert_eq!(asked(&server, &format!("GET /api/2.0/sql/statements/{STATEMENT}")), 4);
    let states = states.lock().unwrap();
    assert_eq!(states.first(), Some(&lakequery::State::Queued));
    assert!(states.contains(&lakequery::State::Running));
    assert_eq!(states.last(), Some(&lakequery::State::Finished));
}

#[tokio::test]
async fn statements_without_a_result_and_those_that_count() {
    // As recorded of CREATE TABLE: no columns, and no chunks.
    let server = Answer { packed: true, ..Answer::default() }.serve().await;
    let lake = connect(&server).await;
    assert_eq!(lakequery::sql("CREATE TABLE t (n INT)").execute(&lake).await.unwrap(), 0);
    assert_eq!(lakequery::sql("CREATE TABLE t (n INT)").fetch_all(&lake).await.unwrap().len(), 0);
    let mut answer = Answer::numbers(&[8]);
    answer.columns = vec![("num_affected_rows".into(), "BIGINT".into())];
    answer.chunks[0].rows = 8;
    let server = answer.serve().await;
    let lake = connect(&server).await;
    // The sum of the numbers from 0 to 7.
    assert_eq!(lakequery::sql("INSERT INTO t SELECT 1").execute(&lake).await.unwrap(), 28);
    assert_eq!(lakequery::sql("SELECT 1").execute(&lake).await.unwrap(), 0);
}

#[tokio::test]
async fn what_nobody_reads_is_cancelled() {
    let runs_on = |ends: bool| {
        Answer::numbers(&[1]).serve_but(move |seen, before| {
            match (seen.method.as_str(), seen.path.as_str()) {
                ("POST", "/api/2.0/sql/statements") => Some(state("RUNNING")),
                ("GET", path) if path.ends_with(STATEMENT) && ends && before > 3 => {
                    Some(state("CANCELED"))
                }
                ("GET", path) if path.ends_with(STATEMENT) => Some(state("RUNNING")),
                _ => None,
            }
        })
    };
    let server = runs_on(true).await;
    let lake = connect(&server).await;
    let query = lakequery::sql("SELECT n").fetch_all(&lake);
    assert!(tokio::time::timeout(Duration::from_millis(120), query).await.is_err());
    lake.close().await;
    assert!(asked(&server, CANCEL) >= 1, "{:?}", server.asked());
    assert_eq!(runs(&server), 1);
    // One that takes no notice is cancelled again.
    let server = runs_on(false).await;
    let lake = connect(&server).await;
    let query = lakequery::sql("SELECT n").fetch_all(&lake);
    assert!(tokio::time::timeout(Duration::from_millis(120), query).await.is_err());
    lake.close().await;
    assert_eq!(asked(&server, CANCEL), 3);
}

#[tokio::test]
async fn a_statement_is_cancelled_whose_answer_came_too_late() {
    let server = Answer::numbers(&[1]).serve_but(|seen, _| match seen.path.as_str() {
        "/api/2.0/sql/statements" => Some(state("RUNNING").after(Duration::from_millis(300))),
        path if path.ends_with(STATEMENT) => Some(state("CANCELED")),
        _ => None,
    });
    let server = server.await;
    let lake = connect(&server).await;
    let query = lakequery::sql("SELECT n").fetch_all(&lake);
    assert!(tokio::time::timeout(Duration::from_millis(50), query).await.is_err());
    lake.close().await;
    assert_eq!(asked(&server, CANCEL), 1);
}

#[tokio::test]
async fn a_result_that_is_given_up_is_closed() {
    let server = Answer::numbers(&[10, 10, 10]).serve().await;
    let lake = connect(&server).await;
    let mut rows = lakequery::sql("SELECT n").fetch(&lake);
    rows.next().await.unwrap().unwrap();
    drop(rows);
    lake.close().await;
    assert_eq!(asked(&server, &format!("DELETE /api/2.0/sql/statements/{STATEMENT}")), 1);
    assert_eq!(asked(&server, CANCEL), 0);
}

#[tokio::test]
async fn a_lost_session_is_opened_anew() {
    let server = Answer::numbers(&[2]).serve_but(|seen, before| match seen.path.as_str() {
        "/api/2.0/sql/statements" if before == 1 => Some(refusal(
            404,
            r#"{"error_code":"NOT_FOUND","message":"The session 01ef does not exist"}"#,
        )),
        _ => None,
    });
    let server = server.await;
    let lake = connect(&server).await;
    for _ in 0..3 {
        assert_eq!(numbers(&lake).await.unwrap(), [0, 1]);
    }
    assert_eq!(asked(&server, "POST /api/2.0/sql/sessions"), 2);
    assert_eq!(runs(&server), 4);
}

#[tokio::test]
async fn sessions_are_of_their_own() {
    let server = Answer::numbers(&[1]).serve().await;
    let lake = connect(&server).await;
    let other = lake.new_session().await.unwrap();
    assert_eq!(asked(&server, "POST /api/2.0/sql/sessions"), 2);
    other.close().await;
    assert_eq!(asked(&server, "DELETE /api/2.0/sql/sessions"), 1);
    assert_eq!(format!("{lake:?}"), format!("Lake(Databricks {{ at: {:?}, .. }})", server.address));
}

#[tokio::test]
async fn a_result_may_come_with_the_answer() {
    use base64::Engine as _;
    let answer = Answer::numbers(&[4]);
    let rows = base64::engine::general_purpose::STANDARD.encode(&answer.chunks[0].bytes);
    let here = format!(r#"{{"chunk_index":0,"row_offset":0,"row_count":4,"attachment":"{rows}"}}"#);
    for state in ["SUCCEEDED", "CLOSED"] {
        let body = answer.with_state(state, &here);
        let server = answer.clone().serve_but(move |seen, _| {
            (seen.path == "/api/2.0/sql/statements").then(|| Reply::json(body.clone()))
        });
        let server = server.await;
        let lake = connect(&server).await;
        assert_eq!(numbers(&lake).await.unwrap(), [0, 1, 2, 3]);
        lake.close().await;
        let closed = asked(&server, &format!("DELETE /api/2.0/sql/statements/{STATEMENT}"));
        assert_eq!(closed, usize::from(state == "SUCCEEDED"));
    }
}

#[tokio::test]
async fn a_query_is_described_without_running_it() {
    let texts = |texts: &[&str]| -> lakequery::arrow_array::ArrayRef {
        std::sync::Arc::new(lakequery::arrow_array::StringArray::from_iter_values(texts))
    };
    let columns = [
        ("col_name", texts(&["a", "b"])),
        ("data_type", texts(&["int", "array<string>"])),
        ("comment", texts(&["", ""])),
    ];
    let answer = Answer {
        columns: ["col_name", "data_type", "comment"]
            .map(|name| (name.to_owned(), "STRING".to_owned()))
            .to_vec(),
        chunks: vec![crate::warehouse::chunk(&columns, 1)],
        packed: true,
    };
    let server = answer.serve().await;
    let lake = connect(&server).await;
    let schema = lakequery::sql("SELECT a, b FROM t").describe(&lake).await.unwrap();
    let fields: Vec<String> =
        schema.fields().iter().map(|f| format!("{} {}", f.name(), f.data_type())).collect();
    assert_eq!(fields, ["a Int32", "b List(Utf8)"]);
    assert!(server.seen()[1].body.contains("DESCRIBE QUERY SELECT a, b FROM t"));
}
