//! The columns that inputs begin with, where rows can't be read without them: a line of
//! types with tabs between.

use lakequery::fuzzing::trino::Named;

/// An input: its types, and what comes behind them.
pub(crate) fn split(input: &[u8]) -> Option<(Vec<&str>, &[u8])> {
    let (line, rest) = line(input)?;
    Some((line.split('\t').collect(), rest))
}

/// The first line, and what comes behind it.
pub(crate) fn line(input: &[u8]) -> Option<(&str, &[u8])> {
    let end = input.iter().position(|byte| *byte == b'\n')?;
    Some((std::str::from_utf8(&input[..end]).ok()?, &input[end + 1..]))
}

/// Types with names.
pub(crate) fn named(types: &[&str]) -> Named {
    types.iter().enumerate().map(|(i, ty)| (format!("c{i}"), (*ty).to_owned())).collect()
}

/// An input of types and bytes.
pub(crate) fn joined(types: impl IntoIterator<Item = String>, bytes: &[u8]) -> Vec<u8> {
    let types: Vec<String> = types.into_iter().collect();
    [types.join("\t").as_bytes(), b"\n", bytes].concat()
}
