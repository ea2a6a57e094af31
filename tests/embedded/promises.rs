//! What is inferred never to be NULL, in a column or in what is in it, is not: queries
//! put together at random are compiled, run as if everything could be NULL, and their
//! rows held against the inference, value by value.
//!
//! Shared by the tests of the embedded engine and of real servers.

use std::fmt;

use lakequery::{Lake, Type, Value};
use lakequery_types::Column;
use tokio::time::timeout;

use crate::common::{compile_text, config_for};
use crate::grammar::Grammar;
use crate::judge::{PATIENCE, query};
use crate::random::Random;

/// What queries are put together of.
pub(crate) const RULES: &str = include_str!("promises/rules.txt");

/// So many queries; the same seed gives the same ones.
pub(crate) fn queries(seed: u64, count: usize) -> Vec<String> {
    // A generator of its kind never leaves zero.
    let mut random = Random(seed ^ 0x9e37_79b9_7f4a_7c15);
    let mut grammar = Grammar::new(RULES);
    (0..count).map(|_| grammar.query(&mut random)).collect()
}

/// What came of a query.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It is not compiled for the engine.
    Refused,
    /// It has no result: the engine's error, which may lie in a row.
    Failed(String),
    /// It ran; so many columns say of something that it is never NULL.
    Held(usize),
    /// It ran, and something is NULL that was inferred never to be.
    Broken(String),
}

/// What came of several queries.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) asked: usize,
    pub(crate) compiled: usize,
    pub(crate) ran: usize,
    /// Columns that say of something that it is never NULL, of the queries that ran.
    pub(crate) columns: usize,
    pub(crate) violations: usize,
}

impl Counts {
    pub(crate) fn add(&mut self, outcome: &Outcome) {
        self.asked += 1;
        self.compiled += usize::from(!matches!(outcome, Outcome::Refused));
        self.ran += usize::from(matches!(outcome, Outcome::Held(_) | Outcome::Broken(_)));
        self.columns += if let Outcome::Held(columns) = outcome { *columns } else { 0 };
        self.violations += usize::from(matches!(outcome, Outcome::Broken(_)));
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts { asked, compiled, ran, columns, violations } = self;
        write!(
            f,
            "{asked} asked, {compiled} compiled, {ran} ran, {columns} columns checked, \
             {violations} violations"
        )
    }
}

/// Compiles a query for the lake's engine, runs it, and holds its rows against what
/// was inferred.
pub(crate) async fn hold(lake: &Lake, sql: &str) -> Outcome {
    let config = config_for(&format!("\"{}\"", lake.engine()));
    let Ok(compiled) = compile_text(sql, &config, false) else { return Outcome::Refused };
    // That it is NULL is to be found here, not by the library.
    let open = |ty: Type, _| Column { name: "", ty: ty.with_nulls(), nullable: true };
    let rows = match timeout(PATIENCE, query(&compiled, open).fetch_all(lake)).await {
        Ok(Ok(rows)) => rows,
        Ok(Err(error)) => return Outcome::Failed(error.to_string()),
        Err(_) => return Outcome::Failed("it took too long".to_owned()),
    };
    let mut columns = 0;
    for (i, column) in compiled.columns.iter().enumerate() {
        columns += usize::from(promises(&column.ty, column.nullable));
        for row in &rows {
            let value = match row.get::<Value>(i) {
                Ok(value) => value,
                Err(error) => return Outcome::Failed(error.to_string()),
            };
            if !is_kept(&column.ty, column.nullable, &value) {
                let name = column.name.as_deref().unwrap_or("?");
                let not_null = if column.nullable { "" } else { " not null" };
                return Outcome::Broken(format!("{name} {}{not_null} is {value}", column.ty));
            }
        }
    }
    Outcome::Held(columns)
}

/// Whether a type says of anything that it is never NULL.
fn promises(ty: &Type, nullable: bool) -> bool {
    !nullable
        || match ty {
            Type::Array(element) => promises(&element.ty, element.nullable),
            // Of its keys every map says so.
            Type::Map(_, value) => promises(&value.ty, value.nullable),
            Type::Row(fields) => fields.iter().any(|field| promises(&field.ty, field.nullable)),
            _ => false,
        }
}

/// Whether a value is NULL only where its type allows it.
fn is_kept(ty: &Type, nullable: bool, value: &Value) -> bool {
    match (ty, value) {
        (_, Value::Null) => nullable,
        (Type::Array(element), Value::Array(values)) => {
            values.iter().all(|value| is_kept(&element.ty, element.nullable, value))
        }
        (Type::Map(key, item), Value::Map(entries)) => entries
            .iter()
            .all(|(of, value)| is_kept(key, false, of) && is_kept(&item.ty, item.nullable, value)),
        (Type::Row(fields), Value::Row(values)) => fields
            .iter()
            .zip(values)
            .all(|(field, value)| is_kept(&field.ty, field.nullable, value)),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_null_is_found_at_any_depth() {
        let null = || Value::Array(vec![Value::Array(vec![1.into(), Value::Null])]);
        let (map, row) = (
            |value| Value::Map(vec![("k".into(), value)]),
            |value| Value::Row(vec![1.into(), value]),
        );
        for (ty, value, kept) in [
            ("array(array(integer))", null(), true),
            ("array(array(integer) not null)", null(), true),
            ("array(array(integer not null))", null(), false),
            ("map(varchar,integer not null)", map(Value::Null), false),
            ("map(varchar,integer)", map(Value::Null), true),
            ("row(\"a\" integer not null, \"b\" integer not null)", row(Value::Null), false),
            ("row(\"a\" integer not null, \"b\" integer)", row(Value::Null), true),
            ("integer", Value::Null, true),
        ] {
            let ty = Type::parse(ty).expect("a type");
            assert_eq!(is_kept(&ty, true, &value), kept, "{ty}");
            assert_eq!(is_kept(&ty, false, &value), kept && value != Value::Null, "{ty}");
        }
    }
}
