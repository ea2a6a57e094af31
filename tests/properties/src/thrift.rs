//! Reading the replies of HiveServer2's service: types, then the bytes of a message.

use arrow_array::cast::AsArray;
use lakequery::fuzzing::spark;
use lakequery_types::Type;

use crate::answer::told;
use crate::batch::{MEMORY, sound};
use crate::{Property, columns, files};

pub(crate) const PROPERTY: Property = Property { name: "thrift", holds, seeds, memory: MEMORY };

/// The replies of real servers to each statement of a file, in order.
fn recorded() -> Vec<Vec<Vec<u8>>> {
    let mut statements = Vec::new();
    for file in files::texts("runtime/tests/spark/recorded", "calls") {
        let (_, calls) = file.split_once("\n---\n").expect("a statement and calls");
        for line in calls.lines() {
            let (method, digits) = (line.split(' ').next(), line.rsplit(' ').next());
            if matches!(method, Some("OpenSession" | "ExecuteStatement")) {
                statements.push(Vec::new());
            }
            let digits = digits.unwrap_or_default();
            let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).expect("a byte");
            let reply = (0..digits.len()).step_by(2).map(byte).collect();
            statements.last_mut().expect("a statement").push(reply);
        }
    }
    statements
}

/// The names of types in replies to `DESCRIBE`.
pub(crate) fn described() -> Vec<String> {
    recorded().iter().flat_map(|replies| types(replies)).collect()
}

/// The second column, where there are three columns of text.
fn types(replies: &[Vec<u8>]) -> Vec<String> {
    let texts = [Type::VARCHAR, Type::VARCHAR, Type::VARCHAR];
    let batches = replies.iter().filter_map(|reply| spark::fetched(&texts, reply)?.ok());
    let names = |batch: arrow_array::RecordBatch| {
        batch.column(1).as_string::<i32>().iter().flatten().map(str::to_owned).collect::<Vec<_>>()
    };
    batches.flat_map(names).collect()
}

fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    let mut last: Vec<String> = Vec::new();
    for replies in recorded() {
        // A statement comes behind what describes its columns.
        for reply in &replies {
            seeds.push(columns::joined(last.clone(), reply));
        }
        let described = types(&replies).into_iter();
        let lake = described.filter_map(|name| Some(spark::lake_type(&name)?.to_string()));
        last = lake.collect();
    }
    seeds
}

fn holds(input: &[u8]) {
    let Some((types, reply)) = columns::split(input) else { return };
    let whole = spark::end(reply, reply.len());
    for piece in [1, 7] {
        assert_eq!(spark::end(reply, piece), whole, "it comes in pieces of {piece} bytes");
    }
    if spark::is_reply(reply) {
        assert_eq!(whole, Ok(Some(reply.len())), "the end of a reply");
    }
    let types = types.iter().map(|name| Type::parse(name).ok()).collect::<Option<Vec<_>>>();
    match types.and_then(|types| spark::fetched(&types, reply)) {
        Some(Ok(batch)) => sound(&batch),
        Some(Err(error)) => told(&error),
        None => {}
    }
}
