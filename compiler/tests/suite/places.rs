//! What is said of a wrong query, and the place it is said of (`places/*.tsv`).
//!
//! A row is the target engine, the query with each place between `«` and `»`,
//! and what is said of the places in their order: `code: message`, joined by ` | `.

use std::fs;

use crate::common::root;
use lakequery_compiler::config::Config;
use lakequery_compiler::token::{Token, tokenize};
use lakequery_compiler::{Request, compile};
use lakequery_project::Store;

/// The query with its places marked, and what is said of them.
fn outcome(engine: &str, sql: &str) -> (String, String) {
    let text = format!("targets = [\"{engine}\"]\ndefault_schema = \"parity\"\n");
    let config = Config::parse(&text).expect("known engines");
    let tokens = tokenize(sql).expect("tokens");
    let bytes: Vec<_> = tokens.iter().map(|token| token.bytes.clone()).collect();
    let tokens: Vec<Token> = tokens.into_iter().map(|token| token.token).collect();
    let snapshots = Store::new(root().join("schemas"));
    let request =
        Request { tokens: &tokens, config: &config, snapshots: &snapshots, named_columns: false };
    let Err(diagnostics) = compile(request) else { return (sql.to_owned(), "compiles".to_owned()) };
    let mut marked = sql.to_owned();
    let mut marks = Vec::new();
    for diagnostic in &diagnostics {
        let (start, end) = (diagnostic.span.start as usize, diagnostic.span.end as usize);
        if start < end {
            marks.extend([(bytes[start].start, '«'), (bytes[end - 1].end, '»')]);
        }
    }
    marks.sort_by_key(|&(at, mark)| (at, mark == '«'));
    for (at, mark) in marks.into_iter().rev() {
        marked.insert(at, mark);
    }
    let said = diagnostics.iter().map(|d| format!("{}: {}", d.code, d.message));
    (marked, said.collect::<Vec<_>>().join(" | "))
}

#[test]
fn errors_stand_where_the_mistake_is() {
    let (mut wrong, mut compared) = (Vec::new(), 0);
    for entry in fs::read_dir(root().join("compiler/tests/suite/places")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("a table");
        for row in text.lines().filter(|row| !row.starts_with('#')) {
            let [engine, marked, said] = row.split('\t').collect::<Vec<_>>()[..] else {
                panic!("not three columns: {row}");
            };
            let sql = marked.replace(['«', '»'], "");
            let (found, found_said) = outcome(engine, &sql);
            compared += 1;
            if (found.as_str(), found_said.as_str()) != (marked, said) {
                wrong.push(format!("{engine}\t{marked}\t{said}\n{engine}\t{found}\t{found_said}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n\n"));
    assert_eq!(compared, ROWS, "the rows of the tables");
}

/// The rows of all tables, so that none gets lost.
const ROWS: usize = 230;
