//! Queries of Spark that are given up at any moment, over both transports.

use std::sync::{Arc, Mutex};

use crate::http;
use crate::random::{Random, Tally, drops};
use crate::reply::{self, Column, FINISHED, RUNNING};
use crate::server::{Act, Call, Server};

/// A statement that the server was given.
#[derive(Clone, Copy, Default)]
struct Statement {
    describes: bool,
    fetches: u64,
    asked: u64,
    /// Whether it is over: it was said that there are no more rows.
    over: bool,
    cancelled: bool,
    closed: bool,
}

/// A server of statements with some rows each, which pauses at random.
struct Desk {
    random: Random,
    statements: Mutex<Vec<Statement>>,
}

impl Desk {
    fn new(random: Random) -> Arc<Desk> {
        Arc::new(Desk { random, statements: Mutex::default() })
    }

    fn act(&self, call: &Call) -> Option<Act> {
        let mut statements = self.statements.lock().unwrap();
        if call.method == "ExecuteStatement" {
            let (describes, fetches) = (call.sql.starts_with("DESC"), 1 + self.random.below(4));
            statements.push(Statement { describes, fetches, ..Statement::default() });
            let guid = (statements.len() as u128 - 1).to_be_bytes();
            return Some(Act::Later(self.random.pause(), reply::executed(&guid)));
        }
        if call.method.ends_with("Session") {
            return None;
        }
        let statement = &mut statements[u128::from_be_bytes(call.guid) as usize];
        let reply = match call.method.as_str() {
            "GetOperationStatus" if self.random.below(3) == 0 => reply::state(RUNNING, ""),
            "GetOperationStatus" => reply::state(FINISHED, ""),
            "GetResultSetMetadata" => reply::metadata(&[("n", 4)]),
            "FetchResults" => {
                statement.asked += 1;
                let most = if statement.describes { 1 } else { statement.fetches };
                let more = statement.asked <= most;
                statement.over |= !more;
                match (statement.describes, more) {
                    (true, true) => {
                        let cells = [["n"], ["bigint"], [""]];
                        reply::fetched(&cells.each_ref().map(|cell| Column::Text(cell)))
                    }
                    (true, false) => reply::fetched(&[const { Column::Text(&[]) }; 3]),
                    (false, true) => reply::fetched(&[Column::I64(&[1, 2])]),
                    (false, false) => reply::fetched(&[Column::I64(&[])]),
                }
            }
            "CancelOperation" => {
                assert!(!statement.cancelled, "it is cancelled twice");
                statement.cancelled = true;
                reply::done(&call.method)
            }
            "CloseOperation" => {
                // Once more where it was given up while it was being closed.
                assert!(!statement.closed || statement.cancelled, "it is closed twice");
                statement.closed = true;
                reply::done(&call.method)
            }
            other => panic!("{other}"),
        };
        Some(Act::Later(self.random.pause(), reply))
    }

    fn tally(&self) -> Tally {
        let statements = self.statements.lock().unwrap();
        let count =
            |which: fn(&Statement) -> bool| statements.iter().filter(|s| which(s)).count() as u64;
        Tally {
            // A description is of a query that is then sent itself.
            sent: count(|statement| !statement.describes),
            cancelled: count(|statement| statement.cancelled),
            lost: count(|statement| !statement.closed || !(statement.cancelled || statement.over)),
        }
    }
}

const STATEMENTS: &[&str] = &["SHOW n", "INSERT n", "SELECT n"];

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn queries_are_cancelled_or_never_sent() {
    // As many connections as are kept: else the system runs out of ports.
    drops("spark", 4, STATEMENTS, |random| async {
        let desk = Desk::new(random);
        let acting = Arc::clone(&desk);
        let server = Server::start(move |call| acting.act(call)).await;
        (server.url(""), move || desk.tally())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn queries_are_cancelled_or_never_sent_over_http() {
    drops("spark over HTTP", 16, STATEMENTS, |random| async {
        let desk = Desk::new(random);
        let acting = Arc::clone(&desk);
        let server = http::Server::of(move |call| acting.act(call)).await;
        (server.url(""), move || desk.tally())
    })
    .await;
}
