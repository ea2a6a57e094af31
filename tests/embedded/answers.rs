//! Parity: the embedded engine answers what a real Trino 476 answered, value by
//! value and type by type. See [`judge`].

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;

use lakequery::{Engine, Lake, sql};
use lakequery_compiler::emit::Piece;
use parquet::arrow::ArrowWriter;

use crate::common::{compile_text, config_for};
use crate::judge::{self, Outcome, Question, ask};

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
    assert!(equal >= 150, "only {equal} rows were compared");
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_over_tables_are_answered_as_trino_does() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("parity");
    write_tables(&folder).await;
    let url = format!("datafusion:{}", folder.display());
    let lake = lakequery::connect(&url).await.expect("a lake");
    let mut known = judge::differences("tests/parity/differences", Engine::DataFusion);
    let questions: Vec<Question> = judge::parity().into_values().flatten().collect();
    let equal = compare(&lake, &questions, &mut known, false).await;
    assert!(known.is_empty(), "noted, but not among the queries: {known:?}");
    assert!(equal >= 400, "only {equal} queries were compared");
}

/// Writes the tables of `tests/parity` as Parquet, through the engine itself.
async fn write_tables(folder: &Path) {
    let lake = lakequery::connect("datafusion:.").await.expect("a lake");
    fs::create_dir_all(folder.join("parity")).expect("a folder");
    for (name, query) in judge::tables() {
        let compiled = compile_text(&query, &config_for("\"datafusion\""), true).expect("compiles");
        let [Piece::Text(text)] = &compiled.templates[0].pieces[..] else {
            panic!("{name} has parameters");
        };
        let mut batches = sql(text.as_str()).fetch_arrow(&lake).await.expect("runs");
        let file = File::create(folder.join(format!("parity/{name}.parquet"))).expect("a file");
        let mut writer = ArrowWriter::try_new(file, batches.schema(), None).expect("a writer");
        while let Some(batch) = batches.next().await {
            writer.write(&batch.expect("a batch")).expect("written");
        }
        writer.close().expect("closed");
    }
}
