//! [`Text`]: a query as the server gets it, its parameters being literals behind
//! `USING`.

use super::literal;
use super::secrets::Secrets;
use super::wire::Wire;
use crate::Value;
use crate::engine::Request;
use crate::error::{Error, Kind, Result};
use crate::statement::{Argument, Piece, render};
use crate::transport::url::encode;
use lakequery_types::Type;

/// The name under which a statement is prepared.
pub(super) const PREPARED: &str = "lakequery_statement";

/// What stands before the statement in `EXECUTE IMMEDIATE`.
const IMMEDIATE: &str = "EXECUTE IMMEDIATE ";

/// The longest statement that is prepared in a header: servers take 8 KiB of
/// headers in all.
const LONGEST_HEADER: usize = 5 << 10;

/// A query as the server gets it.
pub(super) struct Text {
    pub(super) sql: String,
    /// The statement to prepare in a header, encoded.
    pub(super) prepared: Option<String>,
    /// How many characters stand before the user's own SQL, which the server
    /// counts in positions of the first line.
    pub(super) shift: u32,
    /// The texts among the values.
    pub(super) secrets: Secrets,
}

impl Text {
    /// Writes the query of a request.
    pub(super) fn render(request: &Request<'_>, wire: &Wire, legacy: bool) -> Result<Text> {
        let Request { pieces, arguments, types, .. } = request;
        let mut secrets = Secrets::default();
        let mut literals = Vec::new();
        let value = |index: usize, element: usize| match arguments.get(index) {
            Some(Argument::One(value)) => Some(value),
            Some(Argument::List(values)) => values.get(element),
            None => None,
        };
        let mut sql = String::new();
        render(pieces, arguments, &mut sql, &mut |sql, index, element| {
            sql.push('?');
            let (Some(value), Some(ty)) = (value(index, element), types.get(index)) else {
                return Err(Error::new(Kind::Internal, "a parameter has no value"));
            };
            hide(value, &mut secrets);
            let mut text = String::new();
            literal::write(&mut text, value, ty, wire.precision).map_err(|reason| {
                Error::new(
                    Kind::Parameter,
                    format!("parameter {} can't be {ty}: {reason}", index + 1),
                )
            })?;
            literals.push(text);
            Ok(())
        })?;
        if literals.is_empty() {
            return Ok(Text { sql, prepared: None, shift: 0, secrets });
        }
        let using = literals.join(", ");
        if !legacy {
            let mut text = IMMEDIATE.to_owned();
            literal::quote(&mut text, &sql);
            text.push_str(" USING ");
            text.push_str(&using);
            let shift = u32::try_from(IMMEDIATE.len() + 1).unwrap_or_default();
            return Ok(Text { sql: text, prepared: None, shift, secrets });
        }
        let header = encode(&sql);
        if header.len() > LONGEST_HEADER {
            let sql = inline(pieces, arguments, types, &literals)?;
            return Ok(Text { sql, prepared: None, shift: 0, secrets });
        }
        let sql = format!("EXECUTE {PREPARED} USING {using}");
        Ok(Text { sql, prepared: Some(format!("{PREPARED}={header}")), shift: 0, secrets })
    }
}

/// The statement with the literals in their places, for one that is too long
/// for a header.
fn inline(
    pieces: &[Piece<'_>],
    arguments: &[Argument],
    types: &[Type],
    literals: &[String],
) -> Result<String> {
    let mut sql = String::new();
    let mut literals = literals.iter();
    render(pieces, arguments, &mut sql, &mut |sql, index, _| {
        let literal = literals.next().map_or("", String::as_str);
        // LIMIT takes only plain numbers.
        let plain = types.get(index).is_some_and(Type::is_integer).then(|| digits(literal));
        sql.push_str(plain.flatten().unwrap_or(literal));
        Ok(())
    })?;
    Ok(sql)
}

/// The digits of a literal such as `BIGINT '12'`.
fn digits(literal: &str) -> Option<&str> {
    let number = literal.split_once('\'')?.1.strip_suffix('\'')?;
    number.bytes().all(|digit| digit.is_ascii_digit()).then_some(number)
}

fn hide(value: &Value, secrets: &mut Secrets) {
    match value {
        Value::Varchar(text) => secrets.add(text),
        Value::Array(values) => values.iter().for_each(|value| hide(value, secrets)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Watch;

    fn text(legacy: bool, filler: &str) -> Text {
        let pieces = [
            Piece::Text("SELECT '?' FROM t WHERE a = "),
            Piece::Parameter(0),
            Piece::Text(filler),
            Piece::Text(" AND "),
            Piece::InList { operand: &[Piece::Text("b")], parameter: 1, negated: false },
        ];
        let request = Request {
            pieces: &pieces,
            arguments: vec![
                Argument::One("it's".into()),
                Argument::List(vec![1i64.into(), (-2i64).into()]),
            ],
            types: vec![Type::VARCHAR, Type::BigInt],
            expected: None,
            watch: Watch::default(),
        };
        Text::render(&request, &crate::engine::trino::testing::WIRE, legacy).unwrap()
    }

    #[test]
    fn values_stand_behind_using() {
        let sent = text(false, "");
        assert_eq!(
            sent.sql,
            "EXECUTE IMMEDIATE 'SELECT ''?'' FROM t WHERE a = ? AND b IN (?, ?)' \
             USING CAST('it''s' AS varchar), BIGINT '1', BIGINT '-2'"
        );
        assert_eq!((sent.prepared, sent.shift), (None, 19));
        let sent = text(true, "");
        assert_eq!(
            sent.sql,
            "EXECUTE lakequery_statement USING CAST('it''s' AS varchar), BIGINT '1', BIGINT '-2'"
        );
        assert_eq!(
            sent.prepared.as_deref(),
            Some(
                "lakequery_statement=SELECT%20%27%3F%27%20FROM%20t%20WHERE%20a%20%3D%20%3F%20AND\
                 %20b%20IN%20%28%3F%2C%20%3F%29"
            )
        );
    }

    #[test]
    fn what_is_too_long_for_a_header_has_its_values_in_it() {
        let filler = " ".repeat(LONGEST_HEADER);
        let sent = text(true, &filler);
        assert_eq!(
            sent.sql,
            format!(
                "SELECT '?' FROM t WHERE a = CAST('it''s' AS varchar){filler} AND b IN (1, BIGINT \
                 '-2')"
            )
        );
        assert_eq!(sent.prepared, None);
    }
}
