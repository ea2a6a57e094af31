//! What compiles, without a warning, and what comes of it: the types of the
//! fields are those that the code asks for, and the SQL is the one that is sent.

#![deny(warnings)]

use lakequery::{Engine, Query};

#[path = "pass/derives.rs"]
mod derives;
#[path = "pass/files.rs"]
mod files;
#[path = "pass/hygiene.rs"]
mod hygiene;
#[path = "pass/nested.rs"]
mod nested;
#[path = "pass/newtypes.rs"]
mod newtypes;
#[path = "pass/parameters.rs"]
mod parameters;
#[path = "pass/rows.rs"]
mod rows;
#[path = "pass/struct_rows.rs"]
mod struct_rows;
#[path = "pass/structs.rs"]
mod structs;
#[path = "pass/tables.rs"]
mod tables;
#[path = "pass/tokens.rs"]
mod tokens;

/// The SQL that Trino gets.
fn trino<R>(query: &Query<R>) -> String {
    query.sql(Engine::Trino).expect("Trino is a target")
}

/// Compiles only if the rows are what `read` takes.
fn reads<R>(query: Query<R>, read: impl Fn(R)) -> Query<R> {
    let _ = read;
    query
}
