//! The queries of TPC-DS in lake SQL. They are published in Spark's SQL, with
//! strings for dates, and none of them is kept here.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use lakequery_compiler::token::{TextToken, TokenKind, tokenize};
use lakequery_engines::{Cache, tpcds_queries};

/// How many there are: 103 of the first version, 32 of a later one.
const COUNT: usize = 135;

/// The queries.
pub(super) fn queries(cache: &Cache) -> Result<Vec<String>> {
    let mut queries = Vec::new();
    for folder in tpcds_queries(cache)? {
        queries.extend(of_folder(&folder)?.iter().map(|text| adapted(text)));
    }
    ensure!(queries.len() == COUNT, "{} queries of TPC-DS instead of {COUNT}", queries.len());
    Ok(queries)
}

/// A query in lake SQL: `INTERVAL 30 days` is `INTERVAL '30' DAY`, a string that is a
/// date is one, and `` `a` `` is `"a"`. What can't be cut into words stays as it is.
fn adapted(text: &str) -> String {
    let Ok(tokens) = tokenize(text) else { return text.to_owned() };
    let mut out = String::new();
    let mut end = 0;
    for (i, TextToken { token, bytes }) in tokens.iter().enumerate() {
        out.push_str(&text[end..bytes.start]);
        end = bytes.end;
        let word = |back: usize| match i.checked_sub(back).map(|at| &tokens[at].token.kind) {
            Some(TokenKind::Word(word)) => word.to_lowercase(),
            _ => String::new(),
        };
        match &token.kind {
            TokenKind::Number(number) if word(1) == "interval" => {
                out.push_str(&format!("'{number}'"))
            }
            TokenKind::Word(unit) if word(2) == "interval" => {
                out.push_str(unit.trim_end_matches(['s', 'S']));
            }
            TokenKind::Text(day) if is_date(day) && word(1) != "date" => {
                out.push_str(&format!("DATE '{day}'"));
            }
            TokenKind::Quoted(name) => out.push_str(&format!("\"{name}\"")),
            _ => out.push_str(&text[bytes.clone()]),
        }
    }
    out
}

/// Whether a text is of the form 2000-01-31, or 2000-1-31.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let digits = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
    parts.len() == 3 && parts[0].len() == 4 && parts.iter().all(digits)
}

/// The queries of a folder, a file each, sorted by its name.
fn of_folder(folder: &Path) -> Result<Vec<String>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "sql") {
            paths.push(path);
        }
    }
    paths.sort();
    paths.iter().map(|path| Ok(fs::read_to_string(path)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_adapted() {
        let text = "SELECT `a b` FROM t WHERE d > cast('2000-1-31' as date) + INTERVAL 30 days";
        let lake =
            "SELECT \"a b\" FROM t WHERE d > cast(DATE '2000-1-31' as date) + INTERVAL '30' day";
        assert_eq!(adapted(text), lake);
        assert_eq!(adapted(lake), lake);
    }
}
