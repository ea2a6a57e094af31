//! Which faults are tried: all of them, at each place of a result.

use lakequery_engines::Server;
use lakequery_types::Engine;

use super::fault::{Declared, Fault, Instead};

/// How many bytes of a result are tried, from its first to its last.
const BYTES: u64 = 60;

/// Those of a result of so many bytes and answers.
pub(super) fn of_reading(server: &Server, bytes: u64, answers: u64) -> Vec<Fault> {
    let mut all = vec![Fault::Slow];
    let step = (bytes / BYTES).max(1);
    // The first bytes one by one: heads and lengths are there.
    let places = (0..40).step_by(3).chain((40..bytes).step_by(usize::try_from(step).unwrap_or(1)));
    for at in places.chain([bytes.saturating_sub(1)]) {
        all.extend([Fault::ResetAt(at), Fault::EndAt(at)]);
    }
    all.extend([0, bytes / 2, bytes.saturating_sub(1)].map(Fault::StallAt));
    for number in 0..answers.min(6) {
        all.extend(
            instead_of_an_answer(server)
                .into_iter()
                .map(|instead| Fault::Answer { number, instead }),
        );
    }
    all
}

/// Those at the answer to the statement itself.
pub(super) fn of_writing(server: &Server) -> Vec<Fault> {
    let mut all: Vec<Fault> = [0, 1, 10, 100].map(Fault::ResetAt).into();
    all.extend([0, 10, 100].map(Fault::EndAt));
    all.push(Fault::StallAt(0));
    // With Thrift the session is opened first.
    for number in 0..3 {
        all.extend(
            instead_of_an_answer(server)
                .into_iter()
                .map(|instead| Fault::Answer { number, instead }),
        );
    }
    all
}

fn instead_of_an_answer(server: &Server) -> Vec<Instead> {
    let mut all = vec![Instead::Cut(0), Instead::Cut(50), Instead::Cut(99)];
    all.extend([Declared::Less, Declared::More, Declared::Huge].map(Instead::Length));
    let bodies: &[&[u8]] = match server.engine {
        Engine::Spark => &[
            b"",
            b"\x80\x01\0\x02",
            b"\x80\x01\0\x02\0\0\0\x0cFetchResults\0\0\0\0\x7f\xff",
            b"\x80\x01\0\x02\x7f\xff\xff\xff",
            b"HTTP/1.1 200 OK\r\n\r\n",
            b"\x80\x01\0\x03\0\0\0\x01x\0\0\0\0\0",
        ],
        _ => &[
            b"",
            b"{",
            b"null",
            b"[]",
            b"{}",
            b"{\"id\":1}",
            b"{\"id\":\"x\",\"data\":[[",
            b"{\"id\":\"x\",\"nextUri\":\"file:///etc/passwd\"}",
            b"{\"id\":\"x\",\"nextUri\":\"http://127.0.0.1:1/x\"}",
            b"{\"id\":\"x\",\"columns\":[{\"name\":\"a\",\"type\":\"bigint\"}],\"data\":[[\"x\"]],\"stats\":{}}",
            b"<html>not found</html>",
            b"\xff\xfe\x00",
        ],
    };
    all.extend(bodies.iter().map(|body| Instead::Body(body)));
    if server.over_http {
        for (status, retry_after) in [
            (429, Some(1)),
            (429, None),
            (500, None),
            (502, None),
            (503, None),
            (503, Some(1)),
            (504, None),
            (401, None),
            (403, None),
            (404, None),
            (301, None),
            (204, None),
        ] {
            let status = |seen| Instead::Status { status, retry_after, seen };
            all.extend([status(false), status(true)]);
        }
    }
    all
}
