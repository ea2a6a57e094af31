//! Answers that are broken, late or refused: exact rows or an error that says what is wrong, and
//! nothing run twice.

use std::time::Duration;

use lakequery::Error;

use crate::http::{Reply, Seen};
use crate::warehouse::{
    Answer, CANCEL, Chunk, STATEMENT, TOKEN, asked, connect, frames, numbers, refusal, runs, state,
    url,
};

const EXECUTE: &str = "/api/2.0/sql/statements";

/// What a row of a table expects.
enum Expected {
    /// All 20 rows.
    Rows,
    /// An error of a kind, with this in its text.
    Error(fn(&Error) -> bool, &'static str),
}
use Expected::{Error as Fails, Rows};

type Fault = fn(&Seen, usize) -> Option<Reply>;

fn failed(code: &str, message: &str) -> Reply {
    Reply::json(format!(
        r#"{{"statement_id":"{STATEMENT}","status":{{"state":"FAILED","error":{{"error_code":"{code}","message":{message:?}}}}}}}"#
    ))
}

fn answer() -> Answer {
    Answer::numbers(&[12, 8])
}

/// The answer to the statement with a manifest that says something else.
fn manifest(from: &str, to: &str) -> Option<Reply> {
    let body = answer().succeeded();
    assert!(body.contains(from), "{from} in {body}");
    Some(Reply::json(body.replace(from, to)))
}

/// What goes wrong, where, what becomes of it, and how often the statement is sent.
const FAULTS: &[(&str, Fault, Expected, usize)] = &[
    ("nothing", |_, _| None, Rows, 1),
    (
        "too many requests, twice",
        |seen, before| {
            let busy = refusal(429, r#"{"error_code":"REQUEST_LIMIT_EXCEEDED","message":"slow"}"#);
            (seen.path == EXECUTE && before < 2).then_some(busy)
        },
        Rows,
        3,
    ),
    (
        "503 with Retry-After",
        |seen, before| {
            let busy = Reply::status(503, "").header("retry-after", "0");
            (seen.path == EXECUTE && before == 0).then_some(busy)
        },
        Rows,
        2,
    ),
    (
        "503 without",
        |seen, before| {
            (seen.path == EXECUTE && before == 0).then(|| Reply::status(503, "upstream"))
        },
        Fails(
            Error::is_connection,
            "is not able to answer at the moment (503 Service Unavailable)",
        ),
        1,
    ),
    (
        "502",
        |seen, _| (seen.path == EXECUTE).then(|| Reply::status(502, "")),
        Fails(Error::is_connection, "(502 Bad Gateway)"),
        1,
    ),
    (
        "the connection breaks in the answer to the statement",
        |seen, _| (seen.path == EXECUTE).then(|| Reply::json(answer().succeeded()).cut(30)),
        Fails(Error::is_connection, "broke"),
        1,
    ),
    (
        "503 to a question how far it is",
        |seen, before| match seen.path.as_str() {
            EXECUTE => Some(state("RUNNING")),
            path if path.ends_with(STATEMENT) && before < 2 && seen.method == "GET" => {
                Some(Reply::status(503, ""))
            }
            _ => None,
        },
        Rows,
        1,
    ),
    (
        "the connection breaks in the answer to a question",
        |seen, before| match seen.path.as_str() {
            EXECUTE => Some(state("RUNNING")),
            path if path.ends_with(STATEMENT) && before == 0 => Some(state("RUNNING").cut(20)),
            _ => None,
        },
        Rows,
        1,
    ),
    (
        "500 and a broken body from the storage",
        |seen, before| match seen.path.as_str() {
            "/storage/0?sig=secret" if before == 0 => Some(Reply::status(503, "SlowDown")),
            "/storage/1?sig=secret" if before == 0 => Some(answer().reply(seen).cut(50)),
            _ => None,
        },
        Rows,
        1,
    ),
    (
        "the storage refuses each link",
        |seen, _| seen.path.starts_with("/storage/").then(|| Reply::status(403, "no")),
        Fails(Error::is_connection, "a chunk of the result could not be fetched from 127.0.0.1"),
        1,
    ),
    (
        "the storage redirects",
        |seen, _| {
            let elsewhere = Reply::status(302, "").header("location", "http://127.0.0.1:1/");
            seen.path.starts_with("/storage/").then_some(elsewhere)
        },
        Fails(Error::is_connection, "(302)"),
        1,
    ),
    (
        "fewer rows than the chunk declares",
        |seen, _| {
            let short = Answer::numbers(&[11]).chunks[0].bytes.clone();
            (seen.path == "/storage/0?sig=secret").then(|| Reply::status(200, short))
        },
        Fails(Error::is_broken_data, "has 11 rows, and the server declares 12"),
        1,
    ),
    (
        "half a frame",
        |seen, _| {
            let bytes = answer().chunks[1].bytes.clone();
            let half = bytes[..bytes.len() / 2].to_vec();
            (seen.path == "/storage/1?sig=secret").then(|| Reply::status(200, half))
        },
        Fails(Error::is_broken_data, "a chunk of the result"),
        1,
    ),
    (
        "a body that is not a frame",
        |seen, _| {
            let page = "<html>sign in</html>";
            (seen.path == "/storage/0?sig=secret").then(|| Reply::status(200, page))
        },
        Fails(Error::is_broken_data, "can't be unpacked"),
        1,
    ),
    (
        "a frame of something else",
        |seen, _| {
            let bytes = frames(&[b"something else than Arrow, and long enough".to_vec()]);
            (seen.path == "/storage/0?sig=secret").then(|| Reply::status(200, bytes))
        },
        Fails(Error::is_broken_data, "a chunk of the result"),
        1,
    ),
    (
        "fewer rows than the result declares",
        |seen, _| {
            (seen.path == EXECUTE)
                .then(|| manifest(r#""total_row_count":20"#, r#""total_row_count":21"#))?
        },
        Fails(Error::is_broken_data, "the result has 20 rows, and the server declares 21"),
        1,
    ),
    (
        "fewer chunks than there are",
        |seen, _| {
            (seen.path == EXECUTE)
                .then(|| manifest(r#""total_chunk_count":2"#, r#""total_chunk_count":1"#))?
        },
        Fails(Error::is_broken_data, "the result has 12 rows, and the server declares 20"),
        1,
    ),
    (
        "a chunk that says another number of rows",
        |seen, _| {
            (seen.path == EXECUTE).then(|| {
                manifest(r#""row_offset":12,"row_count":8"#, r#""row_offset":12,"row_count":7"#)
            })?
        },
        Fails(Error::is_broken_data, "do not follow one another"),
        1,
    ),
    (
        "a result that was cut",
        |seen, _| {
            (seen.path == EXECUTE)
                .then(|| manifest(r#""truncated":false"#, r#""truncated":true"#))?
        },
        Fails(Error::is_query, "the server cut the result short"),
        1,
    ),
    (
        "another link than was asked for",
        |seen, _| {
            let link = answer().link(0, "2999-01-01T00:00:00.000Z", "{base}");
            let body = format!(r#"{{"external_links":[{link}]}}"#);
            seen.path.ends_with("/result/chunks/1").then(|| Reply::json(body))
        },
        Fails(Error::is_broken_data, "is not where it was asked for"),
        1,
    ),
    (
        "closed without its rows",
        |seen, _| (seen.path == EXECUTE).then(|| manifest("SUCCEEDED", "CLOSED"))?,
        Fails(Error::is_broken_data, "the server closed it before its rows came"),
        1,
    ),
    (
        "closed without anything",
        |seen, _| (seen.path == EXECUTE).then(|| state("CLOSED")),
        Fails(Error::is_broken_data, "the server closed it before its result came"),
        1,
    ),
    (
        "a statement that fails",
        |seen, _| {
            let message = "[DIVIDE_BY_ZERO] Division by zero. SQLSTATE: 22012";
            (seen.path == EXECUTE).then(|| failed("BAD_REQUEST", message))
        },
        Fails(Error::is_query, "Division by zero. [DIVIDE_BY_ZERO, SQLSTATE 22012, query 01ef"),
        1,
    ),
    (
        "a table that is not there",
        |seen, _| {
            let message = "[TABLE_OR_VIEW_NOT_FOUND] The table `t` cannot be found. SQLSTATE: 42P01 (line 1, pos 14)";
            (seen.path == EXECUTE).then(|| failed("BAD_REQUEST", message))
        },
        Fails(Error::is_not_found, "cannot be found. (at line 1, column 15 of the SQL)"),
        1,
    ),
    (
        "cancelled on the server",
        |seen, _| (seen.path == EXECUTE).then(|| state("CANCELED")),
        Fails(Error::is_query, "the query was cancelled on the server [query 01ef"),
        1,
    ),
    (
        "a token that expired",
        |seen, _| {
            let body = r#"{"error_code":401,"message":"Credential was not sent or was of an unsupported type for this API. [ReqId: 1]"}"#;
            (seen.path == EXECUTE).then(|| refusal(401, body))
        },
        Fails(Error::is_sign_in, "refused to sign the user in: Credential was not sent"),
        1,
    ),
    (
        "a right that is missing",
        |seen, _| {
            let body = r#"{"error_code":403,"message":"Invalid access token."}"#;
            (seen.path == EXECUTE).then(|| refusal(403, body))
        },
        Fails(Error::is_sign_in, "does not let the user do that: Invalid access token."),
        1,
    ),
    (
        "a warehouse that was deleted",
        |seen, _| {
            let body = r#"{"error_code":"NOT_FOUND","message":"The warehouse w1 was not found."}"#;
            (seen.path == EXECUTE).then(|| refusal(404, body))
        },
        Fails(
            Error::is_not_found,
            "The warehouse w1 was not found. (databricks); check the id of the warehouse",
        ),
        1,
    ),
    (
        "a statement that was forgotten",
        |seen, _| match seen.path.as_str() {
            EXECUTE => Some(state("RUNNING")),
            path if path.ends_with(STATEMENT) => {
                Some(refusal(404, r#"{"error_code":"NOT_FOUND","message":"gone"}"#))
            }
            _ => None,
        },
        Fails(Error::is_query, "the server has forgotten the query [query 01ef"),
        1,
    ),
    (
        "an answer for another statement",
        |seen, _| match seen.path.as_str() {
            EXECUTE => Some(state("RUNNING")),
            path if path.ends_with(STATEMENT) => {
                Some(Reply::json(r#"{"statement_id":"x","status":{"state":"RUNNING"}}"#))
            }
            _ => None,
        },
        Fails(Error::is_broken_data, "the server answers for another statement"),
        1,
    ),
    (
        "no state",
        |seen, _| (seen.path == EXECUTE).then(|| Reply::json(r#"{"statement_id":"x"}"#)),
        Fails(Error::is_broken_data, "does not say how far the statement is"),
        1,
    ),
    (
        "rows in another form",
        |seen, _| {
            let body = answer().with_state("SUCCEEDED", r#"{"data_array":[["1"]]}"#);
            (seen.path == EXECUTE).then(|| Reply::json(body))
        },
        Fails(Error::is_broken_data, "in a form that was not asked for"),
        1,
    ),
    (
        "a page of a gateway",
        |seen, _| (seen.path == EXECUTE).then(|| Reply::status(200, "<html>")),
        Fails(Error::is_connection, "is not a Databricks workspace"),
        1,
    ),
    (
        "JSON that is cut short",
        |seen, _| (seen.path == EXECUTE).then(|| Reply::json(r#"{"statement_id":"#)),
        Fails(Error::is_broken_data, "is broken or cut short: expected"),
        1,
    ),
];

#[tokio::test]
async fn faults_end_in_all_rows_or_in_an_error() {
    let mut wrong = Vec::new();
    for (what, fault, expected, sent) in FAULTS {
        let server = answer().serve_but(fault).await;
        let lake = connect(&server).await;
        let found = tokio::time::timeout(Duration::from_secs(20), numbers(&lake)).await;
        let found = found.unwrap_or_else(|_| panic!("{what}: no end"));
        let right = match (expected, &found) {
            (Rows, Ok(rows)) => *rows == (0..20).collect::<Vec<i64>>(),
            (Fails(kind, text), Err(error)) => kind(error) && error.to_string().contains(text),
            _ => false,
        };
        if !right || runs(&server) != *sent {
            wrong.push(format!("{what}: {found:?}, sent {} times", runs(&server)));
        }
        let shown = format!("{found:?}");
        assert!(!shown.contains(TOKEN) && !shown.contains("sig=secret"), "{what}: {shown}");
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_may_have_run() {
    for (reply, unsure) in [
        (Reply::json("{}").cut(1), true),
        (Reply::status(502, ""), true),
        (refusal(401, r#"{"error_code":401,"message":"no"}"#), false),
    ] {
        let server =
            answer().serve_but(move |seen, _| (seen.path == EXECUTE).then(|| reply.clone()));
        let server = server.await;
        let lake = connect(&server).await;
        let error = lakequery::sql("INSERT INTO t VALUES (1)").execute(&lake).await.unwrap_err();
        let said = error.to_string().contains("the statement may have run all the same");
        assert_eq!((said, runs(&server)), (unsure, 1), "{error}");
    }
}

#[tokio::test]
async fn silence_ends_in_time() {
    let silent = |begin: &'static str| {
        answer().serve_but(move |seen, _| {
            let late = Reply::json("{}").after(Duration::from_secs(60));
            seen.path.starts_with(begin).then_some(late)
        })
    };
    for (begin, text) in
        [(EXECUTE, "did not answer within 0.3 s"), ("/storage/", "did not answer within 0.3 s")]
    {
        let server = silent(begin).await;
        let lake = lakequery::connect(&url(&server, "&request_timeout=0.3")).await.unwrap();
        let error = numbers(&lake).await.unwrap_err();
        let timely = error.is_timeout() || error.is_connection();
        assert!(timely, "{error}");
        assert!(
            error.to_string().contains(text) || error.to_string().contains("silent"),
            "{error}"
        );
        assert_eq!(runs(&server), 1);
    }
    // What goes on after the reader's own time is cancelled.
    let server = answer().serve_but(|seen, _| match seen.path.as_str() {
        EXECUTE => Some(state("RUNNING")),
        path if path.ends_with(STATEMENT) => Some(state("RUNNING")),
        _ => None,
    });
    let server = server.await;
    let lake = connect(&server).await;
    let rows = tokio::time::timeout(Duration::from_millis(100), numbers(&lake)).await;
    assert!(rows.is_err());
    server.wait_for(CANCEL).await;
    assert_eq!(asked(&server, "POST /api/2.0/sql/sessions"), 1);
}

#[tokio::test]
async fn a_cut_or_changed_byte_is_never_a_wrong_row() {
    let whole = Answer::numbers(&[9]);
    let bytes = whole.chunks[0].bytes.clone();
    let (mut exact, mut refused) = (0, 0);
    let variants = (0..bytes.len()).flat_map(|at| {
        let mut changed = bytes.clone();
        changed[at] ^= 0x55;
        [bytes[..at].to_vec(), changed]
    });
    for bytes in variants.step_by(9) {
        let chunks = vec![Chunk { bytes, rows: 9 }];
        let server = Answer { chunks, ..whole.clone() }.serve().await;
        match numbers(&connect(&server).await).await {
            Ok(rows) => {
                assert_eq!(rows, (0..9).collect::<Vec<i64>>());
                exact += 1;
            }
            Err(error) => {
                assert!(error.is_broken_data(), "{error}");
                refused += 1;
            }
        }
    }
    assert!(refused > 100 && exact < 20, "{exact} {refused}");
}
