//! The queries of TPC-DS in lake SQL. They are published in Spark's SQL, with
//! strings for dates, and none of them is kept here.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use lakequery_compiler::token::{TextToken, TokenKind, tokenize};
use lakequery_engines::{Cache, tpcds_queries};

/// How many there are: 103 of the first version, 32 of a later one.
const COUNT: usize = 135;

/// A query of TPC-DS.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    /// Its number, with the version where that is the later one: `q14a`, `q5a v2.7.0`.
    pub(crate) name: String,
    /// Its text in lake SQL.
    pub(crate) sql: String,
}

/// The queries.
pub(crate) fn queries(cache: &Cache) -> Result<Vec<Text>> {
    let mut queries = Vec::new();
    for (folder, version) in tpcds_queries(cache)?.iter().zip(["", " v2.7.0"]) {
        for (name, text) in of_folder(folder)? {
            queries.push(Text { name: name + version, sql: adapted(&text) });
        }
    }
    ensure!(queries.len() == COUNT, "{} queries of TPC-DS instead of {COUNT}", queries.len());
    Ok(queries)
}

/// A query in lake SQL: `INTERVAL 30 days` is `INTERVAL '30' DAY`, a string that is a
/// date is one, `` `a` `` is `"a"`, and a column has the name that the standard gives it.
/// What can't be cut into words stays as it is.
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
            TokenKind::Word(column) if column.eq_ignore_ascii_case("c_last_review_date") => {
                out.push_str("c_last_review_date_sk");
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

/// A query without the LIMIT that it ends with. The rows that a LIMIT leaves depend on the
/// engine where its sort keys are equal; all rows do not.
pub(crate) fn without_limit(sql: &str) -> &str {
    let Ok(tokens) = tokenize(sql) else { return sql };
    let is_end = |token: &&TextToken| token.token.kind != TokenKind::Punct(';');
    let mut last = tokens.iter().filter(is_end).rev();
    match (last.next(), last.next()) {
        (Some(count), Some(limit))
            if matches!(count.token.kind, TokenKind::Number(_))
                && matches!(&limit.token.kind, TokenKind::Word(w) if w.eq_ignore_ascii_case("limit")) =>
        {
            &sql[..limit.bytes.start]
        }
        _ => sql,
    }
}

/// The queries of a folder, a file each, by their names, sorted by these.
fn of_folder(folder: &Path) -> Result<Vec<(String, String)>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "sql") {
            paths.push(path);
        }
    }
    paths.sort();
    let read = |path: &PathBuf| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Ok((name, fs::read_to_string(path)?))
    };
    paths.iter().map(read).collect()
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

    #[test]
    fn only_the_last_limit_goes() {
        let nested = "SELECT * FROM (SELECT a FROM t LIMIT 5)";
        assert_eq!(without_limit(nested), nested);
        assert_eq!(
            without_limit("SELECT a FROM t ORDER BY a limit 100;\n"),
            "SELECT a FROM t ORDER BY a "
        );
    }
}
