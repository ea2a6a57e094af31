//! The SQL of a statement with its arguments: written for an engine, and for
//! people to read.

use lakequery_types::Statement;
pub(crate) use lakequery_types::{Column, Piece};

use crate::error::{Error, Kind, Result};
use crate::value::Value;

/// What is bound to one parameter.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Argument {
    /// A value.
    One(Value),
    /// The values of `IN {list}`.
    List(Vec<Value>),
}

/// Reads the statement that the macros wrote; an error is a fault of ours.
pub(crate) fn read(text: &'static str) -> Result<Statement<'static>> {
    Statement::read(text).ok_or_else(unknown)
}

/// That the macros wrote what is not known here.
pub(crate) fn unknown() -> Error {
    Error::new(Kind::Internal, "the query was compiled to something unknown")
        .help("build it with macros and runtime of the same version")
}

/// Writes the pieces as one text. `parameter` writes a placeholder for the
/// parameter of an index or, of a list, for the element of a second index.
pub(crate) fn render(
    pieces: &[Piece<'_>],
    arguments: &[Argument],
    out: &mut String,
    parameter: &mut dyn FnMut(&mut String, usize, usize) -> Result<()>,
) -> Result<()> {
    for piece in pieces {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Parameter(index) => match arguments.get(*index) {
                Some(Argument::One(_)) => parameter(out, *index, 0)?,
                _ => return Err(inconsistent()),
            },
            Piece::InList { operand, parameter: index, negated } => {
                let Some(Argument::List(values)) = arguments.get(*index) else {
                    return Err(inconsistent());
                };
                if values.is_empty() {
                    out.push_str(if *negated { "TRUE" } else { "FALSE" });
                    continue;
                }
                render(operand, arguments, out, parameter)?;
                out.push_str(if *negated { " NOT IN (" } else { " IN (" });
                for i in 0..values.len() {
                    if i > 0 {
                        out.push_str(", ");
                    }
                    parameter(out, *index, i)?;
                }
                out.push(')');
            }
        }
    }
    Ok(())
}

fn inconsistent() -> Error {
    Error::new(Kind::Internal, "the query's text and its parameters do not go together")
        .help("build it with macros and runtime of the same version")
}

/// The text for people to read: `?` for a value, `(?, …)` for a list.
pub(crate) fn show(pieces: &[Piece<'_>]) -> String {
    let mut out = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Parameter(_) => out.push('?'),
            Piece::InList { operand, negated, .. } => {
                out.push_str(&show(operand));
                out.push_str(if *negated { " NOT IN (?, …)" } else { " IN (?, …)" });
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces() -> [Piece<'static>; 6] {
        [
            Piece::Text("SELECT a WHERE b = "),
            Piece::Parameter(1),
            Piece::Text(" AND "),
            Piece::InList {
                operand: vec![Piece::Text("c + "), Piece::Parameter(1)],
                parameter: 0,
                negated: false,
            },
            Piece::Text(" OR "),
            Piece::InList { operand: vec![Piece::Text("d")], parameter: 0, negated: true },
        ]
    }

    fn rendered(arguments: &[Argument]) -> Result<String> {
        let mut out = String::new();
        render(&pieces(), arguments, &mut out, &mut |out, index, element| {
            out.push_str(&format!("${index}.{element}"));
            Ok(())
        })?;
        Ok(out)
    }

    #[test]
    fn lists_expand() {
        let list = |n| Argument::List(vec![Value::Null; n]);
        let one = || Argument::One(Value::Null);
        for (count, sql) in [
            (0, "SELECT a WHERE b = $1.0 AND FALSE OR TRUE"),
            (1, "SELECT a WHERE b = $1.0 AND c + $1.0 IN ($0.0) OR d NOT IN ($0.0)"),
            (2, "SELECT a WHERE b = $1.0 AND c + $1.0 IN ($0.0, $0.1) OR d NOT IN ($0.0, $0.1)"),
        ] {
            assert_eq!(rendered(&[list(count), one()]).unwrap(), sql);
        }
        assert!(rendered(&[one(), one()]).unwrap_err().is_internal());
        assert!(rendered(&[list(1)]).unwrap_err().is_internal());
        assert_eq!(show(&pieces()), "SELECT a WHERE b = ? AND c + ? IN (?, …) OR d NOT IN (?, …)");
    }
}
