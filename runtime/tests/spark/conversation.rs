//! The protocol of a statement: what is called, what is cancelled, what is never
//! sent twice.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use lakequery::State;

use crate::reply::{self, CANCELLED, Column, FAILED, QUEUED, RUNNING, TIMED_OUT};
use crate::server::{Act, Call, Kind, Server};

/// The calls of a query, from its description to its last row.
const QUERY: [&str; 9] = [
    "ExecuteStatement",
    "FetchResults",
    "FetchResults",
    "CloseOperation",
    "ExecuteStatement",
    "GetResultSetMetadata",
    "FetchResults",
    "FetchResults",
    "CloseOperation",
];

fn reply(reply: Vec<u8>) -> Option<Act> {
    Some(Act::Reply(reply))
}

/// A server of endless rows, 100 at a time.
async fn endless() -> Server {
    let described = AtomicUsize::new(0);
    Server::start(move |call| match call.method.as_str() {
        "FetchResults" if described.fetch_add(1, Ordering::SeqCst) > 1 => {
            reply(reply::fetched(&[Column::I64(&[7; 100])]))
        }
        _ => None,
    })
    .await
}

#[tokio::test]
async fn a_query_is_described_run_fetched_and_closed() {
    for kind in [Kind::Sasl, Kind::Bare] {
        let server = Server::of(kind, |_| None).await;
        let auth = if kind == Kind::Sasl { "LDAP" } else { "NOSASL" };
        let lake = lakequery::connect(&server.url(&format!("?auth={auth}"))).await.unwrap();
        for times in 1..3 {
            let rows = lakequery::sql("SELECT n").fetch_all(&lake).await.unwrap();
            assert_eq!(rows.iter().map(|row| row.get::<i64>(0).unwrap()).sum::<i64>(), 3);
            let expected = [vec!["OpenSession"], QUERY.repeat(times)].concat();
            assert_eq!(server.methods(), expected);
        }
        let statements = ["DESCRIBE QUERY SELECT n", "SELECT n"].repeat(2);
        assert_eq!(server.statements(), statements);
        drop(lake);
        server.wait_for("CloseSession", 1).await;
    }
}

#[tokio::test]
async fn what_is_no_query_is_not_described() {
    let server = Server::start(|_| None).await;
    let lake = server.connect().await;
    lakequery::sql("SHOW TABLES").fetch_all(&lake).await.unwrap();
    assert_eq!(server.statements(), ["SHOW TABLES"]);
}

#[tokio::test]
async fn the_session_has_the_settings_of_the_url_and_those_that_decoding_needs() {
    let server = Server::start(|_| None).await;
    let parameters = "sales?spark.sql.session.timeZone=Europe/Berlin&spark.x=1\
                      &spark.sql.error.messageFormat=MINIMAL";
    let lake = lakequery::connect(&server.url(parameters)).await.unwrap();
    let call = server.calls().remove(0);
    let has = |name: &str, value: &str| {
        let entry = |text: &str| [&(text.len() as u32).to_be_bytes()[..], text.as_bytes()].concat();
        let entry = [entry(name), entry(value)].concat();
        call.bytes.windows(entry.len()).any(|window| window == entry)
    };
    for (name, value) in [
        ("set:hiveconf:spark.sql.session.timeZone", "Europe/Berlin"),
        ("set:hiveconf:spark.x", "1"),
        ("set:hiveconf:spark.sql.ansi.enabled", "true"),
        ("set:hiveconf:spark.sql.thriftServer.incrementalCollect", "true"),
        ("set:hiveconf:spark.sql.error.messageFormat", "STANDARD"),
        ("use:database", "sales"),
    ] {
        assert!(has(name, value), "{name}");
    }
    assert!(!has("set:hiveconf:spark.sql.session.timeZone", "UTC"));
    assert!(!format!("{lake:?}").contains("s3cret"));
}

#[tokio::test]
async fn rows_are_fetched_as_they_are_read_and_a_dropped_query_is_cancelled() {
    let server = endless().await;
    let lake = server.connect().await;
    let mut rows = lakequery::sql("SELECT n").fetch(&lake);
    assert_eq!(rows.next().await.unwrap().unwrap().get::<i64>(0).unwrap(), 7);
    tokio::time::sleep(Duration::from_millis(300)).await;
    let fetches = |server: &Server| {
        server.methods().into_iter().filter(|method| method == "FetchResults").count()
    };
    assert!(fetches(&server) < 12, "{:?}", server.methods());
    for _ in 0..2000 {
        rows.next().await.unwrap().unwrap();
    }
    drop(rows);
    server.wait_for("CloseOperation", 2).await;
    let calls = server.calls();
    let [.., cancel, close] = &calls[..] else { panic!("{calls:?}") };
    assert_eq!((&cancel.method[..], &close.method[..]), ("CancelOperation", "CloseOperation"));
    let query = calls.iter().rev().find(|call| call.method == "FetchResults").unwrap();
    assert_eq!((cancel.guid, close.guid), (query.guid, query.guid));
    let fetched = fetches(&server);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(fetches(&server), fetched);
    // What went on was one query: the lake is as good as before.
    assert_eq!(calls.iter().filter(|call| call.method == "OpenSession").count(), 1);
}

#[tokio::test]
async fn a_query_dropped_at_any_moment_is_cancelled_once() {
    let slow = Duration::from_millis(600);
    for at in ["ExecuteStatement", "GetOperationStatus", "GetResultSetMetadata", "FetchResults"] {
        let server = Server::start(move |call| {
            let late = call.method == at;
            late.then(|| match at {
                "ExecuteStatement" => Act::Later(slow, reply::executed(&[3; 16])),
                "GetOperationStatus" => Act::Later(slow, reply::state(RUNNING, "")),
                "GetResultSetMetadata" => Act::Later(slow, reply::metadata(&[("n", 4)])),
                _ => Act::Later(slow, reply::fetched(&[Column::I64(&[1])])),
            })
        })
        .await;
        let lake = server.connect().await;
        // No query, so that it is not described before.
        let query = lakequery::sql("SHOW TABLES").fetch_all(&lake);
        assert!(tokio::time::timeout(slow / 2, query).await.is_err());
        server.wait_for("CloseOperation", 1).await;
        tokio::time::sleep(slow).await;
        let methods = server.methods();
        assert!(methods.ends_with(&["CancelOperation".into(), "CloseOperation".into()]), "{at}");
        for method in ["ExecuteStatement", "CancelOperation", "CloseOperation"] {
            assert_eq!(methods.iter().filter(|other| *other == method).count(), 1, "{at}");
        }
    }
}

#[tokio::test]
async fn a_query_whose_rows_can_not_be_read_is_cancelled() {
    let server = Server::start(|call| match call.method.as_str() {
        "GetResultSetMetadata" => reply(reply::metadata(&[("n", 17)])),
        "FetchResults" => reply(reply::fetched(&[Column::Text(&["2024-13-01"])])),
        _ => None,
    })
    .await;
    let lake = server.connect().await;
    let error = lakequery::sql("SHOW n").fetch_all(&lake).await.unwrap_err();
    assert!(error.is_broken_data(), "{error}");
    assert!(error.to_string().contains("column n has a value that no date holds"), "{error}");
    server.wait_for("CancelOperation", 1).await;
    server.wait_for("CloseOperation", 1).await;
}

#[tokio::test]
async fn a_forgotten_session_is_opened_again_and_the_statement_done_once() {
    let forgot = |times: usize| {
        let asked = AtomicUsize::new(0);
        move |call: &Call| {
            let forgets = call.sql == "INSERT" && asked.fetch_add(1, Ordering::SeqCst) < times;
            let text = "org.apache.hive.service.cli.HiveSQLException: Invalid SessionHandle: x";
            forgets.then(|| Act::Reply(reply::fault("ExecuteStatement", "", text)))
        }
    };
    let server = Server::start(forgot(1)).await;
    let lake = server.connect().await;
    lakequery::sql("INSERT").execute(&lake).await.unwrap();
    assert_eq!(server.methods()[..4], ["OpenSession", "ExecuteStatement"].repeat(2));
    assert_eq!(server.statements(), ["INSERT", "INSERT"]);
    // It is not tried for ever.
    let server = Server::start(forgot(9)).await;
    let lake = server.connect().await;
    let error = lakequery::sql("INSERT").execute(&lake).await.unwrap_err();
    assert!(error.is_connection(), "{error}");
    assert_eq!(server.statements().len(), 2);
}

/// A text about such a fault is none: the statement may have done something.
#[tokio::test]
async fn a_fault_that_quotes_a_forgotten_session_is_no_reason_to_send_again() {
    let text = "x.y.E: [CAST_INVALID_INPUT] The value 'Invalid SessionHandle: x' is malformed";
    let server = Server::start(move |call| {
        (call.sql == "INSERT").then(|| Act::Reply(reply::fault("ExecuteStatement", "", text)))
    })
    .await;
    let lake = server.connect().await;
    let error = lakequery::sql("INSERT").execute(&lake).await.unwrap_err();
    assert!(error.is_query(), "{error}");
    assert_eq!(server.statements(), ["INSERT"]);
}

#[tokio::test]
async fn a_new_session_is_opened_beside_the_first() {
    let opened = AtomicUsize::new(0);
    let server = Server::start(move |call| match call.method.as_str() {
        "OpenSession" => {
            let number = opened.fetch_add(1, Ordering::SeqCst) as u8;
            reply(reply::opened(9, &[number; 16]))
        }
        _ => None,
    })
    .await;
    let lake = server.connect().await;
    let other = lake.new_session().await.unwrap();
    for lake in [&lake, &other, &lake] {
        lakequery::sql("INSERT").execute(lake).await.unwrap();
    }
    let calls = server.calls().into_iter().filter(|call| call.method == "ExecuteStatement");
    assert_eq!(calls.map(|call| call.guid[0]).collect::<Vec<_>>(), [0, 1, 0]);
    other.close().await;
    assert_eq!(server.methods().last().map(String::as_str), Some("CloseSession"));
}

#[tokio::test]
async fn a_session_that_ended_with_its_connection_is_opened_again() {
    let server = Server::start(|call| match call.method.as_str() {
        // The reply in its frame, and the connection is over.
        "OpenSession" => Some(Act::Bytes(crate::server::frame(&reply::opened(9, &[7; 16])))),
        _ => None,
    })
    .await;
    let lake = server.connect().await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    lakequery::sql("INSERT").execute(&lake).await.unwrap();
    assert_eq!(server.methods()[..3], ["OpenSession", "OpenSession", "ExecuteStatement"]);
    assert_eq!(server.statements(), ["INSERT"]);
}

#[tokio::test]
async fn a_statement_whose_fate_is_unknown_is_not_sent_again() {
    for act in [
        Act::Bytes(Vec::new()),
        Act::Bytes(vec![0, 0, 0, 9, 0x80]),
        Act::Stall(Vec::new()),
        Act::Stall(vec![0, 0, 0, 9, 0x80]),
        Act::Reply(reply::fault("ExecuteStatement", "08S01", "no")),
        Act::Reply(reply::done("ExecuteStatement")),
        Act::Reply(reply::done("OpenSession")),
    ] {
        let does = act.clone();
        let server = Server::start(move |call| (call.sql == "INSERT").then(|| does.clone())).await;
        let lake = lakequery::connect(&server.url("?timeout=0.3")).await.unwrap();
        let error = lakequery::sql("INSERT").execute(&lake).await.unwrap_err();
        let right = error.is_connection() || error.is_timeout() || error.is_query();
        assert!(right, "{act:?}: {error}");
        // Unless the server itself says that it did not.
        assert_eq!(error.to_string().contains("may have run"), !error.is_query(), "{error}");
        assert_eq!(server.statements(), ["INSERT"], "{act:?}");
        // The next one has a connection of its own.
        lakequery::sql("OTHER").execute(&lake).await.unwrap();
    }
}

/// A statement that was started and of whose end nothing is heard.
#[tokio::test]
async fn it_is_said_whether_a_write_may_have_run() {
    for at in ["GetOperationStatus", "GetResultSetMetadata", "FetchResults"] {
        for (sql, writes) in [("INSERT", true), ("SHOW n", false)] {
            let server =
                Server::start(move |call| (call.method == at).then(|| Act::Stall(vec![0, 0])))
                    .await;
            let lake = lakequery::connect(&server.url("?timeout=0.2")).await.unwrap();
            let error = lakequery::sql(sql).execute(&lake).await.unwrap_err();
            assert!(error.is_timeout(), "{at}: {error}");
            assert_eq!(error.to_string().contains("may have run"), writes, "{at} {sql}: {error}");
        }
    }
}

#[tokio::test]
async fn a_server_at_work_is_waited_for_as_long_as_it_lives() {
    let server = Server::start(|call| match call.method.as_str() {
        "FetchResults" => {
            Some(Act::Later(Duration::from_millis(900), reply::fetched(&[Column::I64(&[])])))
        }
        _ => None,
    })
    .await;
    let lake = lakequery::connect(&server.url("?timeout=0.2")).await.unwrap();
    lakequery::sql("SHOW n").fetch_all(&lake).await.unwrap();
    // It asked meanwhile whether the server lives.
    let asked = server.calls().into_iter().filter(|call| call.method == "GetOperationStatus");
    assert!(asked.count() > 2);
    let silent = Server::start(|call| match call.method.as_str() {
        "GetResultSetMetadata" => Some(Act::Stall(vec![0, 0])),
        _ => None,
    })
    .await;
    let lake = lakequery::connect(&silent.url("?timeout=0.3")).await.unwrap();
    let error = lakequery::sql("SHOW n").fetch_all(&lake).await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert!(error.to_string().contains("went silent in the middle of an answer"), "{error}");
}

#[tokio::test]
async fn ends_that_are_no_success_are_errors() {
    let structured = "org.apache.hive.service.cli.HiveSQLException: {\"errorClass\":\"DIVIDE_BY_ZERO\",\
                      \"messageTemplate\":\"Division by zero.\",\"sqlState\":\"22012\"}\n\tat x.y(z)";
    for (state, text, told) in [
        (CANCELLED, "", "the query was cancelled on the server"),
        (TIMED_OUT, "", "the query exceeded the server's limit of time"),
        (FAILED, structured, "Division by zero. [DIVIDE_BY_ZERO, SQLSTATE 22012]"),
        (FAILED, "", "the server says nothing about what went wrong"),
        (6, "", "the operation is in an unknown state"),
        (99, "", "the operation is in an unknown state"),
    ] {
        let server = Server::start(move |call| match call.method.as_str() {
            "GetOperationStatus" => reply(reply::state(state, text)),
            _ => None,
        })
        .await;
        let lake = server.connect().await;
        let error = lakequery::sql("SHOW n").fetch_all(&lake).await.unwrap_err();
        assert!(error.to_string().contains(told), "{state}: {error}");
        assert_eq!(error.is_timeout(), state == TIMED_OUT, "{error}");
        server.wait_for("CloseOperation", 1).await;
    }
}

#[tokio::test]
async fn values_do_not_get_into_errors() {
    let server = Server::start(|call| match call.method.as_str() {
        "GetOperationStatus" => {
            let text = "{\"errorClass\":\"CAST_INVALID_INPUT\",\"messageTemplate\":\"The value \
                        'hunter2' can't be cast.\",\"queryContext\":[{\"startIndex\":55}]}";
            reply(reply::state(FAILED, text))
        }
        _ => None,
    })
    .await;
    let lake = server.connect().await;
    let query = lakequery::sql("INSERT SELECT ?, CAST(? AS int)").bind("hunter2").bind(1);
    let error = query.execute(&lake).await.unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(shown.contains("The value … can't be cast.") && !shown.contains("hunter2"), "{shown}");
}

/// A server may repeat what signed the user in, or a parameter, wherever it tells
/// what went wrong.
#[tokio::test]
async fn secrets_do_not_get_into_errors() {
    let said = "login of me/s3cret (bWU6czNjcmV0) with t0ken! failed at 'it''s planted'";
    for at in [
        "OpenSession",
        "ExecuteStatement",
        "GetOperationStatus",
        "FAILED",
        "GetResultSetMetadata",
        "FetchResults",
    ] {
        for form in [
            said.to_owned(),
            format!("{{\"errorClass\":\"s3cret\",\"messageTemplate\":\"{said}\"}}"),
        ] {
            let server = Server::start(move |call| match (call.method.as_str(), at) {
                ("GetOperationStatus", "FAILED") => reply(reply::state(FAILED, &form)),
                (method, at) if method == at => reply(reply::fault(at, "s3cret", &form)),
                _ => None,
            })
            .await;
            let url = server.url("?spark.hadoop.token=t0ken!");
            let error = async {
                let lake = lakequery::connect(&url).await?;
                lakequery::sql("SHOW ?").bind("it's planted").fetch_all(&lake).await
            };
            let error = error.await.unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(shown.contains("login of me/…") || at == "OpenSession", "{at}: {shown}");
            for secret in ["s3cret", "bWU6czNjcmV0", "t0ken!"] {
                assert!(!shown.contains(secret), "{at}: {shown}");
            }
            assert!(at == "OpenSession" || !shown.contains("planted"), "{at}: {shown}");
        }
    }
}

#[tokio::test]
async fn progress_is_reported() {
    static HEARD: Mutex<Vec<lakequery::Progress>> = Mutex::new(Vec::new());
    let asked = AtomicUsize::new(0);
    let server = Server::start(move |call| match call.method.as_str() {
        "GetOperationStatus" => {
            let states = [QUEUED, RUNNING, 2];
            let at = asked.fetch_add(1, Ordering::SeqCst).min(2);
            reply(reply::state(states[at], ""))
        }
        _ => None,
    })
    .await;
    let lake = server.connect().await;
    let query = lakequery::sql("SHOW n").on_progress(|p| HEARD.lock().unwrap().push(p.clone()));
    query.fetch_all(&lake).await.unwrap();
    let heard = HEARD.lock().unwrap();
    let mut states: Vec<State> = heard.iter().map(|progress| progress.state).collect();
    states.dedup();
    assert_eq!(states, [State::Queued, State::Running, State::Finished]);
    let last = heard.last().unwrap();
    assert_eq!((last.rows, last.query_id.as_deref().map(str::len)), (2, Some(36)));
    assert!(last.bytes > 50);
}
