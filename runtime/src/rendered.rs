//! A query's SQL with its parameters in it as literals, for engines that bind none, and where
//! they stand.

use lakequery_types::Type;

use crate::backend::Request;
use crate::error::{Error, Kind, Result};
use crate::http::secrets::Secrets;
use crate::statement::{Argument, render};
use crate::value::Value;

/// Writes a value as a literal of a type, which nothing in the value can break out of.
pub(crate) type Literal = fn(&mut String, &Value, &Type) -> Result<()>;

/// The most bytes that a statement may have: what protocols' lengths can say, with room.
const MAX_BYTES: usize = 1 << 30;

/// A query's SQL.
#[derive(Clone, Default)]
pub(crate) struct Rendered {
    text: String,
    /// Where the parameters' literals stand, in bytes.
    values: Vec<(usize, usize)>,
    /// The texts among the parameters' values.
    secrets: Secrets,
    /// What was put before it, in characters.
    before: usize,
}

impl Rendered {
    pub(crate) fn new(request: &Request<'_>, literal: Literal) -> Result<Rendered> {
        let mut rendered = Rendered::default();
        let mut values = Vec::new();
        let mut text = String::new();
        render(request.pieces, &request.arguments, &mut text, &mut |out, index, element| {
            let value = match request.arguments.get(index) {
                Some(Argument::One(value)) => value,
                Some(Argument::List(values)) => values.get(element).unwrap_or(&Value::Null),
                None => &Value::Null,
            };
            let start = out.len();
            literal(out, value, request.types.get(index).unwrap_or(&Type::Unknown))
                .map_err(|error| number(error, index))?;
            values.push((start, out.len()));
            rendered.secrets.add_value(value);
            Ok(())
        })?;
        if text.len() > MAX_BYTES {
            return Err(Error::new(Kind::Parameter, "the query with its parameters exceeds 1 GiB"));
        }
        Ok(Rendered { text, values, ..rendered })
    }

    /// SQL without parameters.
    pub(crate) fn plain(text: impl Into<String>) -> Rendered {
        Rendered { text: text.into(), ..Rendered::default() }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The same with text around it.
    #[cfg(any(test, feature = "databricks", feature = "spark"))]
    pub(crate) fn within(&self, prefix: &str, suffix: &str) -> (String, Rendered) {
        let text = [prefix, &self.text, suffix].concat();
        (text, Rendered { before: prefix.chars().count(), ..self.clone() })
    }

    /// Line and column, from 1, of a place in what was sent, in the text as it
    /// was written: with one character for each parameter.
    pub(crate) fn position(&self, at: usize) -> Option<(usize, usize)> {
        let at = at.checked_sub(self.before)?;
        let (end, _) = self.text.char_indices().nth(at)?;
        let mut shown = String::new();
        let mut from = 0;
        for (start, after) in &self.values {
            if *start >= end {
                break;
            }
            shown.push_str(self.text.get(from..*start)?);
            // A place inside of a literal is where it begins.
            if *after > end {
                from = end;
                break;
            }
            shown.push('?');
            from = *after;
        }
        shown.push_str(self.text.get(from..end)?);
        let line = shown.matches('\n').count() + 1;
        let column = shown.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
        Some((line, column))
    }

    /// A message of the engine without the parameters' values.
    pub(crate) fn without_values(&self, message: &str) -> String {
        let mut message = message.to_owned();
        let literals = self.values.iter().filter_map(|(start, end)| self.text.get(*start..*end));
        for literal in literals.filter(|literal| literal.len() > 2) {
            message = message.replace(literal, "…");
        }
        self.secrets.scrub(&message)
    }
}

/// A line from 1 and a column from 0 of a text, in characters from its beginning.
#[cfg(any(feature = "databricks", feature = "dremio"))]
pub(crate) fn offset(text: &str, line: usize, column: usize) -> Option<usize> {
    let before = text.split_inclusive('\n').take(line.checked_sub(1)?);
    Some(before.map(|line| line.chars().count()).sum::<usize>() + column)
}

/// Says which parameter the error is about.
fn number(error: Error, index: usize) -> Error {
    Error::new(Kind::Parameter, format!("parameter {}: {error}", index + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Watch;
    use crate::statement::Piece;

    /// A literal that shows nothing of the value.
    fn hexadecimal(out: &mut String, value: &Value, _: &Type) -> Result<()> {
        let Value::Varchar(text) = value else { panic!("{value:?}") };
        let digits: String = text.bytes().map(|byte| format!("{byte:02X}")).collect();
        out.push_str(&format!("X'{digits}'"));
        Ok(())
    }

    #[test]
    fn places_and_messages_know_no_values() {
        let request = Request {
            pieces: &[
                Piece::Text("SELECT "),
                Piece::Parameter(0),
                Piece::Text(",\n "),
                Piece::Parameter(0),
                Piece::Text(" + é oops"),
            ],
            arguments: vec![Argument::One("s3cret's".into())],
            types: vec![Type::VARCHAR],
            expected: None,
            tables: Vec::new(),
            watch: Watch::default(),
        };
        let rendered = Rendered::new(&request, hexadecimal).unwrap();
        let literal = "X'7333637265742773'";
        assert_eq!(rendered.text(), format!("SELECT {literal},\n {literal} + é oops"));
        let (sent, rendered) = rendered.within("DESCRIBE QUERY ", "\n");
        let at = sent.char_indices().position(|(i, _)| sent[i..].starts_with("oops")).unwrap();
        assert_eq!(rendered.position(at), Some((2, 8)));
        assert_eq!(rendered.position(15 + 9), Some((1, 8)));
        assert_eq!(rendered.position(3), None);
        assert_eq!(rendered.position(1000), None);
        let message = format!("The value 's3cret's' in {literal} is wrong");
        assert_eq!(rendered.without_values(&message), "The value '…' in … is wrong");
    }
}
