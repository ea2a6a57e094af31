//! Answers that are broken, late or refused: exact rows or an error that says what is wrong, and
//! nothing run twice.

use std::sync::Arc;
use std::time::Duration;

use arrow_flight::FlightData;
use lakequery::Error;
use lakequery::arrow_array::{Date64Array, Int32Array, StringArray};
use tonic::Status;

use crate::frames::{self, Wrong};
use crate::server::{Answer, Step, batch, connect, fetch, numbers, rows, serve, serve_by, url_at};

/// What a row of a table expects.
enum Expected {
    /// The numbers from 0 to 29.
    Rows,
    /// An error of a kind, with this in its text.
    Error(fn(&Error) -> bool, &'static str),
}
use Expected::{Error as Fails, Rows};

const GOOD: [i64; 3] = [12, 8, 10];

/// The good answer with some steps changed.
fn changed(change: impl FnOnce(&mut Vec<Step>)) -> Option<Answer> {
    let Answer::Rows(schema, mut steps) = numbers(&GOOD) else { unreachable!() };
    change(&mut steps);
    Some(Answer::Rows(schema, steps))
}

/// What Dremio says, with the SQL and the place in it below.
fn told(message: &str) -> String {
    format!(
        "{message}\nSQL Query SELECT n\nFROM t\nstartLine 2\nendLine 2\nstartColumn 6\nendColumn 6"
    )
}

fn refused(status: Status) -> Option<Answer> {
    Some(Answer::Refused(status))
}

type Script = fn(usize) -> Option<Answer>;

/// What goes wrong with a query, what becomes of it, and how often it is planned and runs. The
/// scripts hear how often it was planned before.
const QUERIES: &[(&str, Script, Expected, usize, usize)] = &[
    ("nothing", |_| Some(numbers(&GOOD)), Rows, 1, 1),
    (
        "the user has no right",
        |_| refused(Status::permission_denied(told("Access denied reading t."))),
        Fails(Error::is_sign_in, "Access denied reading t. (at line 2, column 6 of the SQL)"),
        1,
        0,
    ),
    (
        "the SQL is wrong",
        |_| refused(Status::invalid_argument(told("Failure parsing the query."))),
        Fails(Error::is_query, "Failure parsing the query. (at line 2, column 6 of the SQL)"),
        1,
        0,
    ),
    (
        "the table does not exist",
        |_| None,
        Fails(Error::is_not_found, "Object 'nosuch' not found"),
        1,
        0,
    ),
    (
        "the server lacks memory: that is no broken connection",
        |_| refused(Status::unavailable("Query was cancelled because it exceeded the memory")),
        Fails(Error::is_query, "exceeded the memory (dremio); the server lacks memory"),
        1,
        0,
    ),
    (
        "the server had no time",
        |_| refused(Status::deadline_exceeded("The query waited too long in the queue")),
        Fails(Error::is_timeout, "waited too long"),
        1,
        0,
    ),
    (
        "an error of the server's own without a word",
        |_| refused(Status::internal("")),
        Fails(Error::is_query, "the server says nothing about what went wrong (Internal)"),
        1,
        0,
    ),
    (
        "an error after two batches",
        |_| {
            changed(|steps| {
                steps[2] = Step::Fail(Status::internal("DATA_READ ERROR: Failed to read file"));
            })
        },
        Fails(Error::is_query, "Failed to read file"),
        1,
        1,
    ),
    (
        "the job is cancelled in the middle",
        |_| changed(|steps| steps[1] = Step::Fail(Status::cancelled("Query cancelled by admin"))),
        Fails(Error::is_query, "Query cancelled by admin"),
        1,
        1,
    ),
    (
        "the server lacks memory in the middle",
        |_| changed(|steps| steps[1] = Step::Fail(Status::unavailable("OUT_OF_MEMORY"))),
        Fails(Error::is_query, "OUT_OF_MEMORY"),
        1,
        1,
    ),
    (
        "a pause in the middle",
        |_| changed(|steps| steps.insert(1, Step::Wait(Duration::from_millis(700)))),
        Rows,
        1,
        1,
    ),
    (
        "messages without data",
        |_| {
            changed(|steps| {
                let about = FlightData { app_metadata: "x".into(), ..FlightData::default() };
                steps.insert(1, Step::Raw(about));
            })
        },
        Rows,
        1,
        1,
    ),
    (
        "a message that is not Arrow's",
        |_| {
            changed(|steps| {
                let odd = FlightData { data_header: "nonsense".into(), ..FlightData::default() };
                steps[1] = Step::Raw(odd);
            })
        },
        Fails(Error::is_broken_data, "a batch of the result is not Arrow's"),
        1,
        1,
    ),
    (
        "a message that is larger than messages may be",
        |_| {
            let text = "x".repeat(65 << 20);
            let text = StringArray::from_iter_values([text]);
            Some(rows(vec![batch(&[("s", Arc::new(text))])]))
        },
        Fails(Error::is_broken_data, "sent a message that is larger than one may be: 64 MiB"),
        1,
        1,
    ),
    (
        "other columns than were planned, which are read as they come",
        |_| {
            let planned = batch(&[("n", Arc::new(Int32Array::from(vec![0])))]).schema();
            let Some(Answer::Rows(schema, steps)) = changed(|_| {}) else { unreachable!() };
            Some(Answer::Drifted(planned, schema, steps))
        },
        Rows,
        1,
        1,
    ),
    (
        "a date that is no whole day",
        |_| {
            let dates = Date64Array::from(vec![86_400_000, 1]);
            Some(rows(vec![batch(&[("d", Arc::new(dates))])]))
        },
        Fails(
            Error::is_broken_data,
            "column `d` (Arrow's Date64) has a value that is not of type date",
        ),
        1,
        1,
    ),
];

#[tokio::test]
async fn whatever_goes_wrong_is_rows_or_an_error() {
    for (name, script, expected, plans, runs) in QUERIES {
        let server = serve_by(move |_, before| script(before)).await;
        let lake = connect(&server).await;
        let sql = match *name {
            "the table does not exist" => "SELECT n\nFROM nosuch",
            _ => "SELECT n\nFROM t",
        };
        hold(name, fetch(&lake, sql).await, expected);
        assert_eq!(server.came("plan", sql), *plans, "{name}");
        assert_eq!(server.runs().1, *runs, "{name}");
    }
}

fn hold(name: &str, result: Result<Vec<i64>, Error>, expected: &Expected) {
    match (result, expected) {
        (Ok(numbers), Rows) => assert_eq!(numbers, (0..30).collect::<Vec<_>>(), "{name}"),
        (Err(error), Fails(is, text)) => {
            let shown = format!("{error} {error:?}");
            assert!(is(&error) && shown.contains(text), "{name}: {shown}");
            assert!(!shown.contains("SQL Query"), "{name}: {shown}");
        }
        (Ok(numbers), Fails(_, text)) => panic!("{name}: {numbers:?} instead of {text}"),
        (Err(error), Rows) => panic!("{name}: {error}"),
    }
}

/// What happens to the connection in the middle of a result, what becomes of a query and of a
/// write.
const FRAMES: &[(Wrong, Expected)] = &[
    (Wrong::Cut, Fails(Error::is_connection, "broke")),
    // INTERNAL_ERROR, REFUSED_STREAM, NO_ERROR and CANCEL, which may look like an end.
    (Wrong::Reset(2), Fails(Error::is_connection, "broke")),
    (Wrong::Reset(7), Fails(Error::is_connection, "broke")),
    (
        Wrong::Reset(0),
        Fails(Error::is_connection, "broke: it ended before the server said that this was all"),
    ),
    (Wrong::Reset(8), Fails(Error::is_connection, "broke")),
    (
        Wrong::NoTrailers,
        Fails(Error::is_connection, "broke: it ended before the server said that this was all"),
    ),
    (Wrong::GoAway, Rows),
];

#[tokio::test]
async fn a_connection_that_breaks_in_a_result_is_an_error_and_nothing_runs_twice() {
    for (wrong, expected) in FRAMES {
        for sql in ["SELECT n", "INSERT INTO t SELECT n"] {
            let Answer::Rows(schema, batches) = numbers(&[1; 30]) else { unreachable!() };
            // Each of them in a frame of its own.
            let pause = || Step::Wait(Duration::from_millis(3));
            let steps: Vec<Step> = batches.into_iter().flat_map(|it| [it, pause()]).collect();
            let server = serve(Answer::Rows(schema, steps)).await;
            let (address, connections) = frames::before(&server.address, *wrong).await;
            let lake = lakequery::connect(&url_at(&address, "")).await.unwrap();
            let name = format!("{wrong:?} {sql}");
            let result = fetch(&lake, sql).await;
            if let Err(error) = &result {
                let unsure = error.to_string().contains("the statement may have run");
                assert_eq!(unsure, sql.starts_with("INSERT"), "{name}: {error}");
            }
            hold(&name, result, expected);
            assert_eq!(server.runs(), (1, 1), "{name}");
            // The next statement gets another connection where it needs one.
            assert_eq!(fetch(&lake, "SELECT n FROM t").await.unwrap().len(), 30, "{name}");
            assert_eq!(server.runs(), (1, 2), "{name}");
            let anew = matches!(wrong, Wrong::Cut | Wrong::GoAway);
            let count = connections.load(std::sync::atomic::Ordering::SeqCst);
            assert_eq!(count, 1 + usize::from(anew), "{name}");
        }
    }
}

#[tokio::test]
async fn a_token_that_ends_between_plan_and_run_is_an_error_and_the_next_statement_goes_on() {
    let server = serve_by(|_, _| Some(numbers(&GOOD))).await;
    let lake = connect(&server).await;
    for ends in [crate::server::State::expire_tokens, crate::server::State::forget_sessions] {
        server.expire_with_next_plan(ends);
        let error = fetch(&lake, "INSERT INTO t SELECT n").await.unwrap_err();
        assert!(error.is_sign_in(), "{error}");
        assert_eq!(fetch(&lake, "SELECT n").await.unwrap().len(), 30);
    }
    assert_eq!(server.runs(), (1, 2));
}

#[tokio::test]
async fn no_secret_is_in_an_error() {
    // A server that repeats what it was sent.
    let server = serve_by(|sql, _| {
        let said = format!("Failure at {sql} of {}: t0ken-1", crate::server::PASSWORD);
        refused(Status::internal(told(&said)))
    });
    let server = server.await;
    let lake = connect(&server).await;
    let query = lakequery::sql("SELECT ?").bind("it's s3cret");
    let error = query.fetch_all(&lake).await.unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(shown.contains("Failure at SELECT … of …: …"), "{shown}");
}
