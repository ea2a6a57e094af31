//! The command line, as far as it goes without servers.

use std::process::{Command, Output};

fn live(arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_lakequery-live");
    Command::new(program).args(arguments).output().expect("the program runs")
}

#[test]
fn an_unknown_engine_is_named_with_those_there_are() {
    let output = live(&["up", "oracle"]);
    assert!(!output.status.success());
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("`oracle` is not a server to start"), "{text}");
    assert!(text.contains("trino, presto, spark"), "{text}");
}

#[test]
fn a_filter_that_finds_nothing_is_an_error() {
    let output = live(&["test", "no such case"]);
    assert!(!output.status.success());
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("no case has `no such case` in its name"), "{text}");
}
