//! A dialect that inherits all but a little: Databricks is sent what Spark is sent, and refuses
//! what Spark refuses, except in the cases that say otherwise.

use lakequery_cases::{Case, Expectation};
use lakequery_compiler::function::all;
use lakequery_compiler::refuses_function;
use lakequery_types::Engine;

use crate::cases::{CASES, said_for};

const BASE: Engine = Engine::Spark;
const HEIR: Engine = Engine::Databricks;

/// Whether a case has an expectation of its own for an engine.
fn names(case: &Case, engine: Engine) -> bool {
    let expected = [Expectation::Sql(engine), Expectation::Errors(Some(engine))];
    expected.iter().any(|expectation| case.expectations.contains(expectation))
}

#[test]
fn what_the_base_is_sent_the_heir_is_sent_too() {
    let (mut same, mut other, mut wrong) = (0, 0, Vec::new());
    for case in lakequery_cases::all() {
        let base = said_for(&case, BASE).replace(BASE.name(), HEIR.name());
        let heir = said_for(&case, HEIR).replace(BASE.name(), HEIR.name());
        match (base == heir, names(&case, HEIR)) {
            (true, false) => same += 1,
            (false, true) => other += 1,
            (true, true) => wrong.push(format!("{} repeats what {BASE} is sent", case.place)),
            (false, false) => wrong.push(format!("{} needs a line for {HEIR}\n{heir}", case.place)),
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!((same + other, other), (CASES, 10));
}

#[test]
fn the_heir_has_the_functions_of_the_base() {
    for function in all() {
        let [base, heir] = [BASE, HEIR].map(|engine| refuses_function(engine, function));
        assert_eq!(base, heir, "{}", function.name);
    }
}
