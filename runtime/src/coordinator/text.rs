//! [`Text`]: a query as the server gets it, its parameters being literals behind
//! `USING`.

use super::literal;
use super::protocol::Protocol;
use crate::backend::Request;
use crate::error::{Error, Kind, Result};
use crate::http::secrets::Secrets;
use crate::http::url::encode;
use crate::statement::{Argument, Piece, render};

/// The name under which a statement is prepared.
pub(crate) const PREPARED: &str = "lakequery_statement";

/// What stands before the statement in `EXECUTE IMMEDIATE`.
const IMMEDIATE: &str = "EXECUTE IMMEDIATE ";

/// The longest statement that is prepared in a header: servers take 8 KiB of
/// headers in all.
const LONGEST_HEADER: usize = 5 << 10;

/// A query as the server gets it.
pub(crate) struct Text {
    pub(crate) sql: String,
    /// The statement to prepare in a header, encoded.
    pub(crate) prepared: Option<String>,
    /// How many characters stand before the user's own SQL, which the server
    /// counts in positions of the first line.
    pub(crate) shift: u32,
    /// Whether it certainly only reads.
    pub(crate) reads: bool,
    /// The texts among the values.
    pub(crate) secrets: Secrets,
}

impl Text {
    /// Writes the query of a request.
    pub(crate) fn render(request: &Request<'_>, protocol: &Protocol, legacy: bool) -> Result<Text> {
        let Request { pieces, arguments, types, .. } = request;
        let reads = matches!(pieces.first(), Some(Piece::Text(text)) if reads(text));
        let mut secrets = Secrets::default();
        // Of all parameters in their order, and of those behind USING.
        let (mut literals, mut using) = (Vec::new(), Vec::new());
        let value = |index: usize, element: usize| match arguments.get(index) {
            Some(Argument::One(value)) => Some(value),
            Some(Argument::List(values)) => values.get(element),
            None => None,
        };
        let mut sql = String::new();
        render(pieces, arguments, &mut sql, &mut |sql, index, element| {
            let (Some(value), Some(ty)) = (value(index, element), types.get(index)) else {
                return Err(Error::new(Kind::Internal, "a parameter has no value"));
            };
            secrets.add_value(value);
            let mut literal = String::new();
            literal::write(&mut literal, value, ty, protocol.precision).map_err(|reason| {
                Error::new(
                    Kind::Parameter,
                    format!("parameter {} can't be {ty}: {reason}", index + 1),
                )
            })?;
            match plain(&literal).filter(|_| !protocol.immediate && counts(sql)) {
                Some(digits) => sql.push_str(digits),
                // The server takes two `?` for two values, which GROUP BY can't; and without
                // EXECUTE IMMEDIATE it does not find even one `?` among the keys.
                None if occurrences(pieces, index) > 1
                    || (!protocol.immediate && groups(pieces)) =>
                {
                    sql.push_str(&literal);
                }
                None => {
                    sql.push('?');
                    using.push(literal.clone());
                }
            }
            literals.push(literal);
            Ok(())
        })?;
        if using.is_empty() {
            return Ok(Text { sql, prepared: None, shift: 0, reads, secrets });
        }
        let using = using.join(", ");
        if !legacy {
            let mut text = IMMEDIATE.to_owned();
            literal::quote(&mut text, &sql);
            text.push_str(" USING ");
            text.push_str(&using);
            let shift = u32::try_from(IMMEDIATE.len() + 1).unwrap_or_default();
            return Ok(Text { sql: text, prepared: None, shift, reads, secrets });
        }
        let header = encode(&sql);
        if header.len() > LONGEST_HEADER {
            let sql = inline(pieces, arguments, &literals)?;
            return Ok(Text { sql, prepared: None, shift: 0, reads, secrets });
        }
        let sql = format!("EXECUTE {PREPARED} USING {using}");
        Ok(Text { sql, prepared: Some(format!("{PREPARED}={header}")), shift: 0, reads, secrets })
    }
}

/// Whether a statement that begins so only reads. Comments before it are not
/// looked through: then it may do anything.
fn reads(text: &str) -> bool {
    let begin = text.trim_start_matches(|c: char| c.is_whitespace() || c == '(');
    let word = begin.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    ["SELECT", "WITH", "VALUES", "TABLE", "SHOW", "DESCRIBE"]
        .iter()
        .any(|reads| word.eq_ignore_ascii_case(reads))
}

/// The statement with the literals in their places, for one that is too long
/// for a header.
fn inline(pieces: &[Piece<'_>], arguments: &[Argument], literals: &[String]) -> Result<String> {
    let mut sql = String::new();
    let mut literals = literals.iter();
    render(pieces, arguments, &mut sql, &mut |sql, _, _| {
        let literal = literals.next().map_or("", String::as_str);
        sql.push_str(plain(literal).filter(|_| counts(sql)).unwrap_or(literal));
        Ok(())
    })?;
    Ok(sql)
}

/// Whether a statement may group its rows: it has the word, in a name or text perhaps.
fn groups(pieces: &[Piece<'_>]) -> bool {
    let has_word = |text: &str| {
        let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        words.any(|word| word.eq_ignore_ascii_case("group"))
    };
    pieces.iter().any(|piece| match piece {
        Piece::Text(text) => has_word(text),
        Piece::Parameter(_) => false,
        Piece::InList { operand, .. } => groups(operand),
    })
}

/// How often a parameter stands in the statement.
fn occurrences(pieces: &[Piece<'_>], index: usize) -> usize {
    let count = |piece: &Piece<'_>| match piece {
        Piece::Text(_) => 0,
        Piece::Parameter(other) => usize::from(*other == index),
        Piece::InList { operand, parameter, .. } => {
            usize::from(*parameter == index) + occurrences(operand, index)
        }
    };
    pieces.iter().map(count).sum()
}

/// Whether a count of rows has to follow.
fn counts(sql: &str) -> bool {
    let word = sql.trim_end().rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    ["LIMIT", "OFFSET", "FIRST", "NEXT"].iter().any(|count| word.eq_ignore_ascii_case(count))
}

/// The digits of a literal such as `BIGINT '12'`. Where Presto wants a count of
/// rows it takes nothing else, no `?` either; digits can't break out of anything.
fn plain(literal: &str) -> Option<&str> {
    let (ty, number) = literal.split_once(" '")?;
    let number = number.strip_suffix('\'')?;
    let integer = matches!(ty, "TINYINT" | "SMALLINT" | "INTEGER" | "BIGINT");
    (integer && number.bytes().all(|digit| digit.is_ascii_digit())).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Watch;

    #[test]
    fn only_what_reads_is_known_to_read() {
        for text in ["SELECT 1", "\n( select 1)", "with t AS (SELECT 1) SELECT", "Show TABLES"] {
            assert!(reads(text), "{text}");
        }
        for text in
            ["", "INSERT INTO t SELECT 1", "SELECTED", "CALL x()", "EXPLAIN ANALYZE DELETE FROM t"]
        {
            assert!(!reads(text), "{text}");
        }
    }

    fn text(legacy: bool, filler: &str) -> Text {
        let pieces = [
            Piece::Text("SELECT '?' FROM t WHERE a = "),
            Piece::Parameter(0),
            Piece::Text(filler),
            Piece::Text(" AND "),
            Piece::InList { operand: vec![Piece::Text("b")], parameter: 1, negated: false },
            Piece::Text(" LIMIT "),
            Piece::Parameter(2),
        ];
        let request = Request {
            pieces: &pieces,
            arguments: vec![
                Argument::One("it's".into()),
                Argument::List(vec![1i64.into(), (-2i64).into()]),
                Argument::One(3i64.into()),
            ],
            types: vec![
                lakequery_types::Type::VARCHAR,
                lakequery_types::Type::BigInt,
                lakequery_types::Type::BigInt,
            ],
            expected: None,
            tables: Vec::new(),
            watch: Watch::default(),
        };
        let protocol = Protocol { immediate: !legacy, ..super::super::protocol::testing::PROTOCOL };
        Text::render(&request, &protocol, legacy).unwrap()
    }

    #[test]
    fn values_stand_behind_using() {
        let sent = text(false, "");
        assert_eq!(
            sent.sql,
            "EXECUTE IMMEDIATE 'SELECT ''?'' FROM t WHERE a = ? AND b IN (?, ?) LIMIT ?' \
             USING CAST('it''s' AS varchar), BIGINT '1', BIGINT '-2', BIGINT '3'"
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
                 %20b%20IN%20%28%3F%2C%20%3F%29%20LIMIT%203"
            )
        );
    }

    #[test]
    fn what_stands_twice_is_written_twice() {
        let pieces = [
            Piece::Text("SELECT a || "),
            Piece::Parameter(0),
            Piece::Text(" || 'x' FROM t WHERE b = "),
            Piece::Parameter(1),
            Piece::Text(" GROUP BY a || "),
            Piece::Parameter(0),
        ];
        let request = Request {
            pieces: &pieces,
            arguments: vec![Argument::One("y".into()), Argument::One(1i64.into())],
            types: vec![lakequery_types::Type::VARCHAR, lakequery_types::Type::BigInt],
            expected: None,
            tables: Vec::new(),
            watch: Watch::default(),
        };
        let sent =
            Text::render(&request, &super::super::protocol::testing::PROTOCOL, false).unwrap();
        assert_eq!(
            sent.sql,
            "EXECUTE IMMEDIATE 'SELECT a || CAST(''y'' AS varchar) || ''x'' FROM t WHERE b = ? \
             GROUP BY a || CAST(''y'' AS varchar)' USING BIGINT '1'"
        );
    }

    #[test]
    fn what_groups_is_not_bound_where_statements_are_prepared_in_a_header() {
        let protocol = Protocol { immediate: false, ..super::super::protocol::testing::PROTOCOL };
        let sent = |end: &str| {
            let pieces = [
                Piece::Text("SELECT a + "),
                Piece::Parameter(0),
                Piece::Text(" AS k FROM t "),
                Piece::Text(end),
            ];
            let request = Request {
                pieces: &pieces,
                arguments: vec![Argument::One(1i64.into())],
                types: vec![lakequery_types::Type::BigInt],
                expected: None,
                tables: Vec::new(),
                watch: Watch::default(),
            };
            Text::render(&request, &protocol, true).unwrap().sql
        };
        assert_eq!(sent("GROUP BY 1"), "SELECT a + BIGINT '1' AS k FROM t GROUP BY 1");
        assert_eq!(sent("group\nby 1"), "SELECT a + BIGINT '1' AS k FROM t group\nby 1");
        assert_eq!(sent("ORDER BY 1"), "EXECUTE lakequery_statement USING BIGINT '1'");
    }

    #[test]
    fn what_is_too_long_for_a_header_has_its_values_in_it() {
        let filler = " ".repeat(LONGEST_HEADER);
        let sent = text(true, &filler);
        assert_eq!(
            sent.sql,
            format!(
                "SELECT '?' FROM t WHERE a = CAST('it''s' AS varchar){filler} AND b IN (BIGINT '1', \
                 BIGINT '-2') LIMIT 3"
            )
        );
        assert_eq!(sent.prepared, None);
    }
}
