//! Spark's answers, over HTTP.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::child::Outcome::{Rows, TooLarge};
use crate::http::Seen;
use crate::reply::{self, Column, FINISHED};
use crate::server::Call;
use crate::{Case, case};

fn url(address: &str) -> String {
    format!("hive+http://me@{address}")
}

/// Answers a query as a server does that says its column is of this type, with
/// `metadata`, and once with `rows`.
fn query(
    ty: String,
    metadata: Vec<u8>,
    rows: Vec<u8>,
) -> impl Fn(&Seen) -> Vec<u8> + Send + Sync + use<> {
    // Two answers are of the description, and two of the query.
    let fetch = move |describes, number| match (describes, number) {
        (true, 0) => {
            reply::fetched(&[["n"], [&ty], [""]].each_ref().map(|cell| Column::Text(cell)))
        }
        (true, _) => reply::fetched_from(1, &[const { Column::Text(&[]) }; 3]),
        (false, 2) => rows.clone(),
        (false, _) => reply::fetched_from(0, &[Column::Text(&[])]),
    };
    server(fetch, metadata)
}

/// Answers FetchResults as it is told, by whether it describes a query and how many
/// came before in the session, and everything else as usual.
fn server(
    fetch: impl Fn(bool, usize) -> Vec<u8> + Send + Sync,
    metadata: Vec<u8>,
) -> impl Fn(&Seen) -> Vec<u8> + Send + Sync {
    let fetched = AtomicUsize::new(0);
    move |seen| {
        let call = Call::read(&seen.body);
        let describes = call.sql.starts_with("DESCRIBE");
        match call.method.as_str() {
            "OpenSession" => {
                fetched.store(0, Ordering::SeqCst);
                reply::opened(9, &[7; 16])
            }
            "ExecuteStatement" => reply::executed(&[u8::from(describes); 16]),
            "GetOperationStatus" => reply::state(FINISHED, ""),
            "GetResultSetMetadata" => metadata.clone(),
            "FetchResults" => fetch(call.guid == [1; 16], fetched.fetch_add(1, Ordering::SeqCst)),
            other => reply::done(other),
        }
    }
}

pub(crate) fn cases() -> Vec<Case> {
    let one = || reply::metadata(&[("n", 7)]);
    let of = |name, outcome, ty: &str, metadata, rows| {
        case(name, url, outcome, query(ty.to_owned(), metadata, rows))
    };
    let tiny = |count| reply::fetched(&[Column::Tiny(&vec![1; count])]);
    let texts = |text, count| reply::fetched(&[Column::Text(&vec![text; count])]);
    let row = format!("struct<{}>", vec!["a:bigint"; 1_000].join(","));
    let endless = {
        let (names, types) = (vec!["n"; 50_000], vec!["bigint"; 50_000]);
        reply::fetched(&[Column::Text(&names), Column::Text(&types), Column::Text(&names)])
    };
    vec![
        case(
            "a description without end",
            url,
            TooLarge,
            server(move |_, _| endless.clone(), one()),
        ),
        of("bytes for decimals", TooLarge, "decimal(38,0)", one(), tiny(50 << 20)),
        of("rows without fields", TooLarge, &row, one(), texts("{}", 1_000_000)),
        of(
            "lists of such rows",
            TooLarge,
            &format!("array<{row}>"),
            one(),
            texts(&format!("[{{}}{}]", ",{}".repeat(500_000)), 1),
        ),
        of("columns", TooLarge, "int", reply::metadata(&vec![("", 0); 1_000_000]), tiny(1)),
        of("a long type", TooLarge, &"x".repeat(10 << 20), one(), tiny(1)),
        of(
            "columns of rows",
            TooLarge,
            "int",
            one(),
            reply::fetched(&vec![Column::Tiny(&[]); 3_000_000]),
        ),
        // What is only large.
        of("a few decimals", Rows(100_000), "decimal(38,0)", one(), tiny(100_000)),
        of("rows of NULL", Rows(10_000), &row, one(), texts("{}", 10_000)),
        of("a long text", Rows(1), "string", one(), texts(&"x".repeat(50 << 20), 1)),
    ]
}
