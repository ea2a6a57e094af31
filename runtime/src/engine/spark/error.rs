//! What the server says went wrong, as an error of this crate.

use lakequery_types::json::Reader;

use crate::error::{Error, Kind};
use crate::hive::message::Fault;
use crate::http::secrets::Secrets;
use crate::rendered::Rendered;

/// The error of a statement that the server refused or could not run, without the
/// values of its parameters and these secrets.
pub(super) fn query(fault: &Fault, sql: &Rendered, secrets: &Secrets) -> Error {
    let told = told(&fault.message);
    let class = told.class.as_deref().unwrap_or_default();
    let missing = ["TABLE_OR_VIEW_NOT_FOUND", "SCHEMA_NOT_FOUND", "VIEW_NOT_FOUND"];
    let kind = if missing.contains(&class) { Kind::NotFound } else { Kind::Query };
    let mut message = sql.without_values(told.message.trim());
    if message.is_empty() {
        message = "the server says nothing about what went wrong".into();
    }
    if let Some((line, column)) = told.at.and_then(|at| sql.position(at)) {
        message.push_str(&format!(" (at line {line}, column {column} of the SQL)"));
    }
    let state = told.sql_state.as_deref().or(fault.sql_state.as_deref());
    match (class, state) {
        ("", None) => {}
        ("", Some(state)) => message.push_str(&format!(" [SQLSTATE {state}]")),
        (class, None) => message.push_str(&format!(" [{class}]")),
        (class, Some(state)) => message.push_str(&format!(" [{class}, SQLSTATE {state}]")),
    }
    Error::new(kind, secrets.scrub(&message))
}

/// Whether the server says that it does not know the session, and so did nothing:
/// nothing but names of exceptions may stand before that.
pub(super) fn session_lost(fault: &Fault) -> bool {
    let mut rest = fault.message.trim_start_matches('*').trim_start();
    loop {
        if rest.starts_with("Invalid SessionHandle") {
            return true;
        }
        match rest.split_once(':') {
            Some((name, after)) if is_exception(name) => rest = after.trim_start(),
            _ => return false,
        }
    }
}

/// Whether it reads as the name of an exception: `java.lang.Exception`.
fn is_exception(name: &str) -> bool {
    name.contains('.') && name.chars().all(|c| c.is_ascii_alphanumeric() || "._$".contains(c))
}

/// The parts of an error's text.
#[derive(Debug, Default, PartialEq)]
struct Told {
    class: Option<String>,
    sql_state: Option<String>,
    message: String,
    /// The place in the SQL, in characters from 0.
    at: Option<usize>,
}

fn told(text: &str) -> Told {
    structured(text).unwrap_or_else(|| plain(text))
}

/// Reads the JSON of `spark.sql.error.messageFormat=STANDARD`, which stands
/// after the name of an exception.
fn structured(text: &str) -> Option<Told> {
    let (_, json) = text.split_once('{')?;
    let start = text.len() - json.len() - 1;
    let mut json = Reader::new(text.get(start..)?);
    let mut told = Told::default();
    let mut parameters = Vec::new();
    object(&mut json, |json, key| {
        match key {
            "errorClass" => told.class = string(json)?,
            "sqlState" => told.sql_state = string(json)?,
            "messageTemplate" => told.message = string(json)?.unwrap_or_default(),
            "messageParameters" => object(json, |json, key| {
                parameters.push((key.to_owned(), string(json)?.unwrap_or_default()));
                Some(())
            })?,
            "queryContext" => {
                json.array().ok()?;
                let mut first = true;
                while json.element(&mut first).ok()? {
                    object(json, |json, key| {
                        if key == "startIndex" {
                            let at: usize = json.number().ok()?.parse().ok()?;
                            told.at = told.at.or(at.checked_sub(1));
                        } else {
                            json.skip().ok()?;
                        }
                        Some(())
                    })?;
                }
            }
            _ => {
                json.skip().ok()?;
            }
        }
        Some(())
    })?;
    let class = told.class.as_deref()?;
    if told.message.is_empty() {
        // Delta leaves the template away.
        told.message = class.to_owned();
        for (name, value) in &parameters {
            told.message.push_str(&format!(", {name}: {value}"));
        }
    } else {
        told.message = filled(&told.message, &parameters);
    }
    Some(told)
}

/// Reads an object; `each` reads a value.
fn object(
    json: &mut Reader<'_>,
    mut each: impl FnMut(&mut Reader<'_>, &str) -> Option<()>,
) -> Option<()> {
    json.object().ok()?;
    let mut first = true;
    while let Some(key) = json.key(&mut first).ok()? {
        each(json, &key)?;
    }
    Some(())
}

/// Reads a string or null.
fn string(json: &mut Reader<'_>) -> Option<Option<String>> {
    if json.null().ok()? {
        return Some(None);
    }
    Some(Some(json.string().ok()?.into_owned()))
}

/// Puts the parameters in the places `<name>`, once through the template, so
/// that no value is taken for a place.
fn filled(template: &str, parameters: &[(String, String)]) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        let value = after.split_once('>').and_then(|(name, after)| {
            let (_, value) = parameters.iter().find(|(known, _)| known == name)?;
            Some((value, after))
        });
        match value {
            Some((value, after)) => {
                out.push_str(value);
                rest = after;
            }
            None => {
                out.push('<');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Reads `java.lang.SomeException: [CLASS] message SQLSTATE: 01234` and the like.
fn plain(text: &str) -> Told {
    let mut told = Told::default();
    let mut message = text.split_once("\n\tat ").map_or(text, |(message, _)| message);
    if let Some((before, after)) = message.split_once('[') {
        let class = after.split_once(']').filter(|(class, _)| {
            !class.is_empty()
                && class.chars().all(|c| c.is_ascii_uppercase() || matches!(c, '_' | '.'))
        });
        // Only what names exceptions may be dropped.
        let names = before.trim_start_matches('*').split([':', ' ']).all(|word| {
            word.is_empty() || word.contains('.') || matches!(word, "Error" | "running" | "query")
        });
        if let Some((class, after)) = class.filter(|_| names) {
            told.class = Some(class.to_owned());
            message = after;
        }
    }
    if let Some((before, state)) = message.rsplit_once("SQLSTATE: ") {
        let state: String = state.chars().take_while(char::is_ascii_alphanumeric).collect();
        if state.len() == 5 {
            told.sql_state = Some(state);
            message = before;
        }
    }
    message.trim().clone_into(&mut told.message);
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_session_is_told_from_a_text_about_one() {
        for (message, lost) in [
            ("Invalid SessionHandle: SessionHandle [1-2]", true),
            ("org.apache.hive.service.cli.HiveSQLException: Invalid SessionHandle: x", true),
            ("*org.apache.hive.service.cli.HiveSQLException:Invalid SessionHandle: x:19:18", true),
            ("a.B: c.D: Invalid SessionHandle", true),
            ("no such text: Invalid SessionHandle", false),
            ("a.B: [CAST] The value 'Invalid SessionHandle' is malformed", false),
            ("a.B: \n Invalid", false),
            ("", false),
        ] {
            let fault = Fault { sql_state: None, message: message.into() };
            assert_eq!(session_lost(&fault), lost, "{message}");
        }
    }

    #[test]
    fn structured_errors_are_told_in_words() {
        let fault =
            |message: &str| Fault { sql_state: Some("42703".into()), message: message.into() };
        let sql = Rendered::plain("SELECT 1,\n  foo");
        for (message, expected) in [
            (
                "org.apache.hive.service.cli.HiveSQLException: {\n  \"errorClass\" : \"UNRESOLVED_COLUMN.WITHOUT_SUGGESTION\",\n  \"messageTemplate\" : \"A column with name <objectName> cannot be <x> resolved. \",\n  \"sqlState\" : \"42703\",\n  \"messageParameters\" : { \"objectName\" : \"`<foo>`\", \"foo\": \"no\" },\n  \"queryContext\" : [ { \"objectType\" : \"\", \"startIndex\" : 13, \"stopIndex\" : 15, \"fragment\" : \"foo\" } ]\n}\n\tat org.apache.spark.x(y.scala:45)",
                "A column with name `<foo>` cannot be <x> resolved. (at line 2, column 3 of the SQL) [UNRESOLVED_COLUMN.WITHOUT_SUGGESTION, SQLSTATE 42703]",
            ),
            (
                "x: { \"errorClass\" : \"DELTA_OPERATION_NOT_ALLOWED\", \"messageTemplate\" : null, \"messageParameters\" : { \"operation\" : \"SHOW CREATE TABLE\" } }",
                "DELTA_OPERATION_NOT_ALLOWED, operation: SHOW CREATE TABLE [DELTA_OPERATION_NOT_ALLOWED, SQLSTATE 42703]",
            ),
            (
                "*java.lang.RuntimeException:org.apache.spark.SparkRuntimeException: [USER_RAISED_EXCEPTION] no good SQLSTATE: P0001:19:18",
                "no good [USER_RAISED_EXCEPTION, SQLSTATE P0001]",
            ),
            ("it [broke]\n\tat x", "it [broke] [SQLSTATE 42703]"),
            ("{ broken", "{ broken [SQLSTATE 42703]"),
            ("", "the server says nothing about what went wrong [SQLSTATE 42703]"),
        ] {
            let error = query(&fault(message), &sql, &Secrets::default());
            assert_eq!(error.to_string(), expected);
        }
    }
}
