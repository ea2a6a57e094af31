//! What a warehouse says went wrong, as an error of this crate.

use super::message::Failure;
use crate::error::{Error, Kind};
use crate::http::secrets::Secrets;
use crate::rendered::{Rendered, offset};

/// The classes of what is not there.
const MISSING: [&str; 6] = [
    "TABLE_OR_VIEW_NOT_FOUND",
    "VIEW_NOT_FOUND",
    "SCHEMA_NOT_FOUND",
    "CATALOG_NOT_FOUND",
    "NO_SUCH_CATALOG_EXCEPTION",
    "ROUTINE_NOT_FOUND",
];

/// The error of a statement that failed, without the values of its parameters and these secrets.
/// `sent` is what was sent for `sql`.
pub(super) fn query(
    failure: &Failure,
    sent: &str,
    sql: &Rendered,
    id: &str,
    secrets: &Secrets,
) -> Error {
    let told = told(failure.message.as_deref().unwrap_or_default());
    let class = told.class.or(failure.code.as_deref().filter(|code| *code != "BAD_REQUEST"));
    let kind = match class.unwrap_or_default().split('.').next().unwrap_or_default() {
        class if MISSING.contains(&class) => Kind::NotFound,
        "DEADLINE_EXCEEDED" => Kind::Timeout,
        _ => Kind::Query,
    };
    let mut message = match told.message {
        "" => "the server says nothing about what went wrong".to_owned(),
        message => sql.without_values(message),
    };
    let place = told.at.and_then(|(line, column)| offset(sent, line, column));
    if let Some((line, column)) = place.and_then(|at| sql.position(at)) {
        message.push_str(&format!(" (at line {line}, column {column} of the SQL)"));
    }
    let state = failure.sql_state.as_deref().or(told.sql_state);
    let state = state.map(|state| format!("SQLSTATE {state}"));
    let query = (!id.is_empty()).then(|| format!("query {id}"));
    let details = [class.map(str::to_owned), state, query];
    let details: Vec<String> = details.into_iter().flatten().collect();
    if !details.is_empty() {
        message.push_str(&format!(" [{}]", details.join(", ")));
    }
    Error::new(kind, secrets.scrub(&message))
}

/// The parts of an error's text.
#[derive(Debug, Default, PartialEq, Eq)]
struct Told<'a> {
    class: Option<&'a str>,
    message: &'a str,
    sql_state: Option<&'a str>,
    /// Line from 1, column from 0.
    at: Option<(usize, usize)>,
}

/// Reads `[CLASS] message SQLSTATE: 42601 (line 1, pos 0)`, below which the SQL may be shown.
fn told(text: &str) -> Told<'_> {
    let text = text.split("\n== SQL").next().unwrap_or_default().trim();
    let (class, text) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((class, rest)) if is_class(class) => (Some(class), rest.trim_start()),
        _ => (None, text),
    };
    let (text, at) = without_place(text);
    let (message, sql_state) = match text.rsplit_once("SQLSTATE: ") {
        Some((message, state)) if state.len() == 5 && state.is_ascii() => (message, Some(state)),
        _ => (text, None),
    };
    Told { class, message: message.trim(), sql_state, at }
}

fn is_class(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || "_.".contains(c))
}

/// Takes `(line 1, pos 0)` or `; line 1 pos 0` off the end.
fn without_place(text: &str) -> (&str, Option<(usize, usize)>) {
    let place = |at: usize| {
        let numbers = text.get(at..)?.trim_matches(|c: char| !c.is_ascii_digit());
        let (line, rest) = numbers.split_once(|c: char| !c.is_ascii_digit())?;
        let column = rest.trim_start_matches(|c: char| !c.is_ascii_digit());
        Some((text.get(..at)?.trim_end(), Some((line.parse().ok()?, column.parse().ok()?))))
    };
    let begins = text.rfind("(line ").or_else(|| text.rfind("; line "));
    begins.and_then(place).unwrap_or((text, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_told_in_words() {
        let sql = Rendered::plain("SELECT 1,\n  foo");
        for (code, message, expected) in [
            (
                "BAD_REQUEST",
                "\n[PARSE_SYNTAX_ERROR] Syntax error at or near 'foo'. SQLSTATE: 42601 (line 2, pos 2)\n\n== SQL ==\nSELECT 1,\n  foo\n--^^^\n",
                "Syntax error at or near 'foo'. (at line 2, column 3 of the SQL) [PARSE_SYNTAX_ERROR, SQLSTATE 42601, query q]",
            ),
            (
                "BAD_REQUEST",
                "[TABLE_OR_VIEW_NOT_FOUND] The table or view `t` cannot be found. SQLSTATE: 42P01; line 1 pos 7",
                "The table or view `t` cannot be found. (at line 1, column 8 of the SQL) [TABLE_OR_VIEW_NOT_FOUND, SQLSTATE 42P01, query q]",
            ),
            ("INTERNAL_ERROR", "it [broke]", "it [broke] [INTERNAL_ERROR, query q]"),
            ("BAD_REQUEST", "", "the server says nothing about what went wrong [query q]"),
            ("BAD_REQUEST", "no (line x", "no (line x [query q]"),
        ] {
            let failure =
                Failure { code: Some(code.into()), message: Some(message.into()), sql_state: None };
            let error = query(&failure, sql.text(), &sql, "q", &Secrets::default());
            assert_eq!(error.to_string(), expected);
            assert_eq!(error.is_not_found(), message.contains("42P01"), "{message}");
        }
    }
}
