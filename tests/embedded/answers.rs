//! Parity: the embedded engine answers what a real Trino 476 answered, value by
//! value and type by type. See [`judge`].

use std::collections::BTreeMap;
use std::path::Path;

use lakequery::{Engine, Lake};

use crate::judge::{self, Outcome, Question, ask};
use crate::tables;

/// Asks all questions; how many answers are Trino's.
async fn compare(
    lake: &Lake,
    questions: &[Question],
    known: &mut BTreeMap<String, String>,
    notes_refusals: bool,
) -> u32 {
    let (mut equal, mut refused, mut differing, mut wrong) = (0, 0, 0, Vec::new());
    for question in questions {
        let (_, outcome) = ask(lake, &question.sql).await;
        let noted = known.remove(&question.sql);
        if !notes_refusals && matches!(outcome, Outcome::Refused(_)) {
            refused += 1;
            continue;
        }
        match judge::judge(question, &outcome, noted.as_deref()) {
            Ok(()) if noted.is_some() => differing += 1,
            Ok(()) => equal += 1,
            Err(error) => wrong.push(error),
        }
    }
    println!(
        "{equal} as Trino, {refused} refused, {differing} otherwise with a reason, {} wrong",
        wrong.len()
    );
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    equal
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_those_of_trino() {
    let mut known = judge::differences("tests/answers", Engine::DataFusion);
    let lake = lakequery::connect("datafusion:.").await.expect("a lake");
    let equal = compare(&lake, &judge::answers(), &mut known, true).await;
    assert!(known.is_empty(), "noted, but not among the answers: {known:?}");
    assert_eq!(equal, 1_177, "rows that are equal");
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_over_tables_are_answered_as_trino_does() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("parity");
    let lake = tables::lake(&folder).await;
    let mut known = judge::differences("tests/parity/differences", Engine::DataFusion);
    let questions: Vec<Question> = judge::parity().into_values().flatten().collect();
    let equal = compare(&lake, &questions, &mut known, false).await;
    assert!(known.is_empty(), "noted, but not among the queries: {known:?}");
    assert_eq!(equal, 2_063, "queries whose answers are equal");
}
