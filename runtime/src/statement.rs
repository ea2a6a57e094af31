//! A query as data: the SQL text of each engine with the places where values
//! go, and the columns it was compiled for.

use lakequery_types::{Engine, Type};

use crate::Value;
use crate::error::{Error, Kind, Result};
use crate::schema::Expected;

/// A compiled query, as the macros write it into the binary.
#[derive(Debug)]
pub struct Statement {
    /// The SQL of each target engine.
    pub sql: &'static [(Engine, &'static [Piece<'static>])],
    /// The columns of the result.
    pub columns: &'static [Column],
    /// The type of each parameter; of a list, that of its elements.
    pub parameters: &'static [&'static str],
    /// `file:line:column` of the query in the Rust source.
    pub location: &'static str,
}

/// A piece of an engine's SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// SQL text.
    Text(&'a str),
    /// The parameter of this index.
    Parameter(usize),
    /// `operand IN (values of the list)`; for an empty list the whole is
    /// `FALSE`, or `TRUE` when negated.
    InList {
        /// The SQL of the operand.
        operand: &'a [Piece<'a>],
        /// The index of the list.
        parameter: usize,
        /// `NOT IN`
        negated: bool,
    },
}

/// A column that a query was compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name; empty where any will do.
    pub name: &'static str,
    /// The name of its type.
    pub ty: &'static str,
    /// Whether it can be NULL.
    pub nullable: bool,
}

/// What is bound to one parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Argument {
    /// A value.
    One(Value),
    /// The values of `IN {list}`.
    List(Vec<Value>),
}

impl Statement {
    /// The pieces for an engine.
    pub(crate) fn pieces(&self, engine: Engine) -> Option<&'static [Piece<'static>]> {
        self.sql.iter().find(|(target, _)| *target == engine).map(|(_, pieces)| *pieces)
    }

    /// The columns with their types read.
    pub(crate) fn expected(&self) -> Result<Vec<Expected>> {
        let read = |column: &Column| Ok(Expected { name: column.name, ty: parse(column.ty)? });
        self.columns.iter().map(read).collect()
    }

    /// The types of the parameters.
    pub(crate) fn parameter_types(&self) -> Result<Vec<Type>> {
        self.parameters.iter().map(|name| parse(name)).collect()
    }
}

/// Reads a type's name that the macros wrote; an error is a fault of ours.
fn parse(name: &str) -> Result<Type> {
    Type::parse(name).map_err(|error| {
        Error::new(Kind::Internal, format!("the query was compiled to something unknown: {error}"))
            .help("build it with macros and runtime of the same version")
    })
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

    const PIECES: &[Piece<'_>] = &[
        Piece::Text("SELECT a WHERE b = "),
        Piece::Parameter(1),
        Piece::Text(" AND "),
        Piece::InList {
            operand: &[Piece::Text("c + "), Piece::Parameter(1)],
            parameter: 0,
            negated: false,
        },
        Piece::Text(" OR "),
        Piece::InList { operand: &[Piece::Text("d")], parameter: 0, negated: true },
    ];

    fn rendered(arguments: &[Argument]) -> Result<String> {
        let mut out = String::new();
        render(PIECES, arguments, &mut out, &mut |out, index, element| {
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
        assert_eq!(show(PIECES), "SELECT a WHERE b = ? AND c + ? IN (?, …) OR d NOT IN (?, …)");
    }
}
