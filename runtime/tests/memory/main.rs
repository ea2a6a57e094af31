//! Answers that would come to much more than their bytes: an error each time, below
//! a gigabyte, in bounded time, and with no worker held up; and answers that are
//! only wide or long, which are read as ever.
//!
//! Each is read by a process of its own, so that its memory is known.

mod child;
mod databricks;
mod http;
mod presto;
#[allow(dead_code, reason = "not all replies are needed")]
#[path = "../spark/reply.rs"]
mod reply;
#[allow(dead_code, reason = "only the reading of calls is needed")]
#[path = "../spark/server.rs"]
mod server;
mod spark;
mod trino;

use child::{Outcome, Report};
use http::{Seen, Server};

/// The most memory that an answer may come to, in MiB; of them, some fifty are the
/// process itself.
const MOST: usize = 1024;

/// How long a worker may be held up, in milliseconds of its work. Code that is not optimised
/// takes several times as long.
const HELD_UP: u128 = if cfg!(debug_assertions) { 200 } else { 100 };

/// How often an answer is read to see that. The least time counts: other programs
/// on the same processor make each work slower, never faster.
const READINGS: usize = 3;

/// Answers requests.
type Answer = dyn Fn(&Seen) -> Vec<u8> + Send + Sync;

/// An answer, and what has to become of it.
struct Case {
    name: &'static str,
    /// A URL of the server, which is at this address.
    url: fn(&str) -> String,
    answer: Box<Answer>,
    outcome: Outcome,
}

fn case(
    name: &'static str,
    url: fn(&str) -> String,
    outcome: Outcome,
    answer: impl Fn(&Seen) -> Vec<u8> + Send + Sync + 'static,
) -> Case {
    Case { name, url, answer: Box::new(answer), outcome }
}

fn hold(cases: Vec<Case>) {
    for Case { name, url, answer, outcome } in cases {
        let server = Server::start(answer);
        let url = url(&server.address);
        let mut least = u128::MAX;
        for _ in 0..READINGS {
            let report = child::run(&url);
            println!("{name}: {report:?}");
            let Report { outcome: found, told, peak, held_up } = report;
            assert_eq!(found, outcome, "{name}: {told}");
            assert!(peak < MOST, "{name}: {peak} MiB");
            least = least.min(held_up);
            if least <= HELD_UP {
                break;
            }
        }
        assert!(least <= HELD_UP, "{name}: a worker was held up for {least} ms");
    }
}

#[test]
fn databricks_answers() {
    hold(databricks::cases());
}

#[test]
fn trinos_answers() {
    hold(trino::cases());
}

#[test]
fn prestos_answers() {
    hold(presto::cases());
}

#[test]
fn sparks_answers() {
    hold(spark::cases());
}
