//! README.md and docs/: their examples compile, and those that need no server run; each
//! `lake.toml` in them can be read; their links lead somewhere, and the files that they
//! name are there; each error at run time is described.

#[expect(dead_code, reason = "build.rs uses the rest")]
mod blocks;

use std::panic::AssertUnwindSafe;
use std::path::Path;

use blocks::{pages, root};
use futures::FutureExt;
use lakequery_compiler::config::Config;

#[allow(
    unused,
    clippy::all,
    missing_docs,
    unreachable_pub,
    reason = "they are written to be read, and each alone"
)]
mod examples {
    //! The examples, with what they have in common.

    use std::collections::{BTreeMap, HashMap};
    use std::error::Error;
    use std::pin::Pin;
    use std::time::Duration;

    use futures::{StreamExt, TryStreamExt};
    use lakequery::chrono::{FixedOffset, NaiveDate};
    use lakequery::reflect::ReflectOptions;
    use lakequery::sql_types::{Nullable, Varchar};
    use lakequery::{
        Cell, Decimal, Decode, DecodeError, Engine, FromSql, Lake, LakeTable, Query, SqlRow,
        SqlType, ToSql, Value, query, query_as, query_file, query_scalar,
    };

    type Done = Result<(), Box<dyn Error>>;
    type Running<'a> = Pin<Box<dyn Future<Output = Done> + 'a>>;

    include!(concat!(env!("OUT_DIR"), "/examples.rs"));
}

/// So many examples are run.
const RUN: usize = 38;

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_do_what_they_say() {
    let folder = lakequery_tests::tpch();
    let lake = lakequery::connect(&format!("datafusion:{}", folder.display())).await;
    let lake = lake.expect("the lake");
    let mut wrong = Vec::new();
    let examples = examples::runs(&lake);
    assert_eq!(examples.len(), RUN);
    for (name, example) in examples {
        match AssertUnwindSafe(example).catch_unwind().await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => wrong.push(format!("{name}: {error}")),
            Err(_) => wrong.push(format!("{name}: panicked, as printed above")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn few_examples_are_not_run() {
    let blocks = pages().into_iter().flat_map(|page| page.blocks());
    let infos: Vec<String> =
        blocks.map(|block| block.info).filter(|info| info.starts_with("rust")).collect();
    let count = |info: &str| infos.iter().filter(|found| *found == info).count();
    assert_eq!(count("rust"), RUN);
    // Whole programs, examples of servers, and mistakes and code of another crate.
    let others = [count("rust,program"), count("rust,no_run"), count("rust,ignore")];
    assert_eq!(others, [4, 9, 2]);
    assert_eq!(infos.len(), RUN + others.iter().sum::<usize>());
}

#[test]
fn each_lake_toml_can_be_read() {
    let mut read = 0;
    for page in pages() {
        for block in page.blocks() {
            if block.info != "toml" || !block.text.contains("targets = ") {
                continue;
            }
            read += 1;
            let config = Config::parse(&block.text);
            assert!(config.is_ok(), "{}, line {}: {config:?}", page.name, block.line);
        }
    }
    assert_eq!(read, LAKES);
}

/// So many there are in the pages.
const LAKES: usize = 4;

/// The anchors that GitHub gives the headings of a page.
fn anchors(text: &str) -> Vec<String> {
    let headings = text.lines().filter_map(|line| line.strip_prefix('#'));
    let anchor = |heading: &str| {
        let heading = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
        heading.chars().filter(kept).collect::<String>().replace(' ', "-")
    };
    headings.map(anchor).collect()
}

#[test]
fn the_links_lead_somewhere() {
    let mut broken = Vec::new();
    let mut followed = 0;
    for page in pages() {
        let folder = page.path.parent().unwrap_or(Path::new(""));
        // A link may go on in the next line.
        let text = page.text.replace('\n', " ");
        for (at, _) in text.match_indices("](") {
            let target = text[at + 2..].split(')').next().unwrap_or_default();
            if target.contains("://") {
                continue;
            }
            followed += 1;
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let path = if file.is_empty() { page.path.clone() } else { folder.join(file) };
            let found = match (path.exists(), anchor) {
                (exists, "") => exists,
                (false, _) => false,
                (true, anchor) => {
                    let text = std::fs::read_to_string(&path).unwrap_or_default();
                    anchors(&text).iter().any(|known| known == anchor)
                }
            };
            if !found {
                broken.push(format!("{}: {target}", page.name));
            }
        }
    }
    assert!(followed > 50, "the links were not found below {}", root().display());
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// Whether a word in backquotes is the path of a file of this repository.
fn is_path(word: &str, folders: &[String]) -> bool {
    let placeholder = |part: &str| part.len() > 1 && part.chars().all(|c| c.is_ascii_uppercase());
    let mut parts = word.split(['/', '.']);
    let first = parts.next().unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    word.starts_with(&format!("{first}/"))
        && folders.iter().any(|folder| folder == first)
        && word.chars().all(plain)
        && !parts.any(placeholder)
}

#[test]
fn the_files_that_are_named_are_there() {
    let entries = std::fs::read_dir(root()).expect("the root");
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    // What builds and programs write is not of the repository.
    let folders: Vec<String> = names.filter(|name| name != "target" && name != "data").collect();
    let mut missing = Vec::new();
    let mut named = 0;
    for page in pages() {
        for word in page.text.split('`').filter(|word| is_path(word, &folders)) {
            named += 1;
            if !root().join(word).exists() {
                missing.push(format!("{}: {word}", page.name));
            }
        }
    }
    assert!(named > 100, "the names of files were not found: {named}");
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn each_kind_of_error_is_described() {
    let source = std::fs::read_to_string(root().join("runtime/src/error.rs")).expect("a text");
    let page = std::fs::read_to_string(root().join("docs/errors.md")).expect("the page");
    let predicates = source.lines().filter_map(|line| line.trim().strip_prefix("pub fn is_"));
    let names: Vec<&str> = predicates.filter_map(|rest| rest.split('(').next()).collect();
    assert_eq!(names.len(), 16);
    for name in names {
        assert!(page.contains(&format!("| `is_{name}` |")), "docs/errors.md lacks `is_{name}`");
    }
}
