//! `docs/lake-sql.md` is true: each of its examples is refused by the engines that it names, and
//! by no other, and gives on the embedded engine what it says.
//!
//! `UPDATE_GOLDEN=1 cargo test` writes the page, but for the results of what the embedded engine
//! refuses: `cargo live test reference` holds those against servers. It is then read by a person.

use std::fs;

use lakequery::Engine;

use crate::examples::{DEPENDS, examples, page, shown};
use crate::judge::{Outcome, ask};

/// So many examples there are.
const EXAMPLES: usize = 0;

#[tokio::test(flavor = "multi_thread")]
async fn every_example_gives_what_the_page_says() {
    let text = fs::read_to_string(page()).expect("the page");
    let lake = format!("datafusion:{}", lakequery_tests::tpch().display());
    let lake = lakequery::connect(&lake).await.expect("the lake");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let all = examples(&text);
    for mut example in examples(&text) {
        example.not_on = example.refusing();
        let refused = example.not_on.split(", ").any(|name| name == Engine::DataFusion.name());
        if !refused && example.gives != DEPENDS {
            example.gives = match ask(&lake, &example.sql()).await {
                (_, Outcome::Rows(rows)) => shown(&rows),
                (_, other) => panic!("{}: {other:?}", example.sql()),
            };
        }
        lines[example.line] = example.row();
    }
    let mut found = lines.join("\n");
    found.push('\n');
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(page(), &found).expect("the page can be written");
    }
    let wrong = lines.iter().zip(text.lines()).filter(|(found, line)| found != line);
    let wrong: Vec<String> = wrong.map(|(found, line)| format!("{line}\n{found}")).collect();
    assert!(wrong.is_empty(), "of the page, and found:\n{}", wrong.join("\n"));
    assert_eq!(all.len(), EXAMPLES);
}
