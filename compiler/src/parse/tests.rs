//! The grammar, driven by files of queries.
//!
//! A file holds blocks with an empty line between: a query of one line, and below
//! it what comes of it. `UPDATE_GOLDEN=1` writes the files anew.

use std::fmt::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use super::{Limits, parse};
use crate::diagnostic::Diagnostic;
use crate::token::{TextToken, Token, tokenize};

mod dump;

fn tokens(sql: &str) -> (Vec<TextToken>, Vec<Token>) {
    let text = tokenize(sql).unwrap_or_else(|error| panic!("{}: {sql}", error.message));
    let tokens = text.iter().map(|token| token.token.clone()).collect();
    (text, tokens)
}

/// The tree, or the errors below their places.
fn outcome(sql: &str) -> String {
    let (text, tokens) = tokens(sql);
    match parse(&tokens, Limits::MOST) {
        Ok(parsed) if parsed.diagnostics.is_empty() => dump::dump(&parsed) + "\n",
        Ok(parsed) => errors(sql, &text, parsed.diagnostics),
        Err(diagnostics) => errors(sql, &text, diagnostics),
    }
}

fn errors(sql: &str, text: &[TextToken], mut diagnostics: Vec<Diagnostic>) -> String {
    let mut out = String::new();
    diagnostics.sort_by_key(|diagnostic| diagnostic.span);
    for Diagnostic { code, message, span, label: _, related, help } in diagnostics {
        let byte = |index: u32, end: bool| match text.get(index as usize) {
            Some(token) if end => token.bytes.end,
            Some(token) => token.bytes.start,
            None => sql.len(),
        };
        let start = byte(span.start, false);
        let end = if span.end > span.start { byte(span.end - 1, true) } else { start + 1 };
        let indent = sql[..start].chars().count();
        let length = sql.get(start..end).map_or(1, |text| text.chars().count());
        let _ = writeln!(out, "{}{} {code}: {message}", " ".repeat(indent), "^".repeat(length));
        for (_, label) in related {
            let _ = writeln!(out, "{}  related: {label}", " ".repeat(indent));
        }
        for help in help {
            let _ = writeln!(out, "{}  help: {help}", " ".repeat(indent));
        }
    }
    out
}

/// Holds each block of a file against what its query gives.
fn check(file: &str) -> usize {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/parse/tests").join(file);
    let text = std::fs::read_to_string(&path).expect("a file of queries");
    let (mut found, mut queries) = (String::new(), 0);
    for (i, block) in text.trim_end().split("\n\n").enumerate() {
        found.push_str(if i == 0 { "" } else { "\n" });
        let query = block.lines().find(|line| !line.starts_with('#'));
        for line in block.lines().take_while(|line| line.starts_with('#')) {
            let _ = writeln!(found, "{line}");
        }
        if let Some(query) = query {
            queries += 1;
            let _ = write!(found, "{query}\n{}", outcome(query));
        }
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &found).expect("the file is written");
    }
    for (expected, found) in text.trim_end().split("\n\n").zip(found.trim_end().split("\n\n")) {
        assert_eq!(expected, found, "{file}");
    }
    queries
}

#[test]
fn trees() {
    assert_eq!(check("trees.tests"), 53);
}

#[test]
fn mistakes() {
    assert_eq!(check("mistakes.tests"), 263);
}

#[test]
fn foreign() {
    assert_eq!(check("foreign.tests"), 67);
}

/// A small generator of numbers, so that every run checks the same.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}

/// Whatever the tokens: a tree, or errors that stand in the query.
#[test]
fn soups_of_tokens() {
    let mut words: Vec<String> = ["a", "t.b", "1", "'x'", "{p}", "(", ")", "(", ")", ",", ",", "."]
        .map(str::to_owned)
        .to_vec();
    for mark in ["*", "+", "-", "=", "<", "||", "->", "=>", "::", ":", "[", "]", "!", "?", ";"] {
        words.push(mark.to_owned());
    }
    for word in include_str!("keyword.rs").split('"').skip(1).step_by(2) {
        words.extend([word.to_owned(), word.to_lowercase()]);
    }
    let mut random = Random(1);
    for _ in 0..20_000 {
        let mut soup = "SELECT ".to_owned();
        let mut open = 0;
        for _ in 0..random.below(40) {
            let word = &words[random.below(words.len())];
            match word.as_str() {
                "[" | "]" => continue,
                "(" => open += 1,
                ")" if open == 0 => continue,
                ")" => open -= 1,
                _ => {}
            }
            soup.push_str(word);
            soup.push(' ');
        }
        soup.push_str(&") ".repeat(open));
        let (_, tokens) = tokens(&soup);
        if let Err(diagnostics) = parse(&tokens, Limits::MOST) {
            assert!(!diagnostics.is_empty(), "{soup}");
            for diagnostic in diagnostics {
                let span = diagnostic.span;
                let inside = span.start <= span.end && span.end as usize <= tokens.len();
                assert!(inside, "{diagnostic:?} in {soup}");
            }
        }
    }
}

/// No form is read more than once.
#[test]
fn time_is_linear() {
    let deep =
        |open: &str, close: &str| format!("SELECT {}1 AND{}", open.repeat(90), close.repeat(90));
    let queries: Vec<String> = vec![
        deep("(", ")"),
        deep("CAST(", ")"),
        deep("f(a, (", "))"),
        deep("CASE WHEN (", ")"),
        deep("x IN (", ")"),
        format!("SELECT * FROM {} t {}", "(".repeat(90), ")".repeat(90)),
        format!("SELECT {}", "a b, ".repeat(16_000)),
        format!("SELECT a FROM t WHERE {}", "x = = 1 AND ".repeat(8_000)),
        format!("SELECT a {}", "FROM t WEHRE a = 1 ".repeat(8_000)),
        format!("SELECT 1{}", " UNION SELECT 1".repeat(16_000)),
        format!("SELECT 1{}", " + 1".repeat(25_000)),
        format!("SELECT a FROM t {}", "JOIN u ".repeat(20_000)),
    ];
    for query in queries {
        let (_, tokens) = tokens(&query);
        let start = Instant::now();
        let thread = std::thread::Builder::new().stack_size(256 << 20);
        std::thread::scope(|scope| {
            let parsed = thread.spawn_scoped(scope, || parse(&tokens, Limits::MOST).is_ok());
            parsed.expect("a thread").join().expect("no panic");
        });
        let shown: String = query.chars().take(60).collect();
        assert!(start.elapsed() < Duration::from_secs(10), "{:?}: {shown}", start.elapsed());
    }
}
