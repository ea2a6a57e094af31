//! What is inferred never to be NULL is not, on the embedded engine. `cargo live
//! nullability` asks more, and real servers too.

use std::path::Path;

use lakequery_compiler::function;

use crate::common::{compile_text, config_for};
use crate::promises::{Counts, Outcome, RULES, hold, queries};
use crate::tables;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_inferred_never_to_be_null_is_not() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("nullability");
    let lake = tables::lake(&folder).await;
    let (mut counts, mut broken) = (Counts::default(), Vec::new());
    for sql in queries(1, 1_000) {
        let outcome = hold(&lake, &sql).await;
        counts.add(&outcome);
        match outcome {
            Outcome::Broken(what) => broken.push(format!("{sql}\n  {what}")),
            Outcome::Failed(error) => println!("{sql}\n  failed: {error}"),
            Outcome::Refused | Outcome::Held(_) => {}
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    // Two of the others overflow in a row, and one looks for the percentile of a NaN. DataFusion
    // looks for a column of UNION by the name that it has in an INTERSECT on the right.
    let expected = Counts { asked: 1_000, compiled: 929, ran: 925, columns: 1_233, violations: 0 };
    assert_eq!(counts, expected);
}

/// The rules call every function, and nearly all that comes of them is lake SQL.
#[test]
fn every_function_is_called() {
    let called = |name: &str| {
        RULES.lines().any(|line| {
            let mut calls = line.match_indices(name).map(|(at, _)| {
                let before = line[..at].chars().next_back();
                let whole = before.is_none_or(|c| !c.is_alphanumeric() && c != '_');
                whole && (line[at + name.len()..].starts_with('(') || line.trim() == name)
            });
            calls.any(|call| call)
        })
    };
    let missing: Vec<_> = function::all().map(|f| f.name).filter(|name| !called(name)).collect();
    assert!(missing.is_empty(), "no rule calls {missing:?}");
    let config = config_for("\"trino\"");
    let error = |sql: &String| Some((sql.clone(), compile_text(sql, &config, false).err()?));
    let errors: Vec<_> = queries(2, 1_000).iter().filter_map(error).collect();
    assert!(errors.len() < 50, "{}: {errors:#?}", errors.len());
}
