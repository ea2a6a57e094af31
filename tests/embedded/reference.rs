//! `docs/lake-sql.md` is true: each of its examples is refused by the engines that it names, and
//! by no other, and gives on the embedded engine what it says.
//!
//! `UPDATE_GOLDEN=1 cargo test` writes the page, but for the results of what the embedded engine
//! refuses: `cargo live test reference` holds those against servers. It is then read by a person.

use std::fs;

use lakequery::Engine;

use crate::common::{compile_text, config_for};
use crate::examples::{DEPENDS, Example, examples, page, shown};
use crate::judge::{Outcome, ask};

/// So many examples there are.
const EXAMPLES: usize = 118;

#[tokio::test(flavor = "multi_thread")]
async fn every_example_gives_what_the_page_says() {
    let text = fs::read_to_string(page()).expect("the page");
    let lake = format!("datafusion:{}", lakequery_tests::tpch().display());
    let lake = lakequery::connect(&lake).await.expect("the lake");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut failed = Vec::new();
    let all = examples(&text);
    let count = all.len();
    for mut example in all {
        example.not_on = refusing(&example);
        let takes = |engine: Engine| !example.not_on.split(", ").any(|name| name == engine.name());
        if !takes(Engine::Trino) {
            failed.push(format!("{}: Trino takes every example", example.sql()));
        }
        if takes(Engine::DataFusion) && example.gives != DEPENDS {
            match ask(&lake, &example.sql()).await {
                (_, Outcome::Rows(rows)) => example.gives = shown(&rows),
                (_, other) => failed.push(format!("{}: {}", example.sql(), other.long())),
            }
        }
        lines[example.line] = row(&example);
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    let mut found = lines.join("\n");
    found.push('\n');
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(page(), &found).expect("the page can be written");
    }
    let wrong = lines.iter().zip(text.lines()).filter(|(found, line)| found != line);
    let wrong: Vec<String> = wrong.map(|(found, line)| format!("{line}\n{found}")).collect();
    assert!(wrong.is_empty(), "of the page, and found:\n{}", wrong.join("\n"));
    assert_eq!(count, EXAMPLES);
}

/// The names of the engines that refuse it while it is compiled. Databricks is named where
/// Spark does not refuse it.
fn refusing(example: &Example) -> String {
    let refuses = |engine: &&Engine| {
        let config = config_for(&format!("\"{engine}\""));
        compile_text(&example.sql(), &config, false).is_err()
    };
    let mut names: Vec<&str> =
        Engine::ALL.iter().filter(refuses).map(|engine| engine.name()).collect();
    if names.contains(&Engine::Spark.name()) {
        names.retain(|name| *name != Engine::Databricks.name());
    }
    names.join(", ")
}

/// The row as the page has it.
fn row(example: &Example) -> String {
    let escaped = |text: &str| text.replace('|', "\\|");
    let gives = match &*example.gives {
        DEPENDS => DEPENDS.to_owned(),
        gives => format!("`{}`", escaped(gives)),
    };
    format!("| {} | {gives} | {} |", escaped(&example.written), example.not_on)
        .replace("|  |", "| |")
}
