//! [`Statement`]: a compiled query as the macros write it into the binary and
//! the runtime reads it.
//!
//! It is written as one text. rustc reads a long literal in no time, where it
//! would check thousands of structs field by field: of what a query costs to
//! compile, that was a quarter.
//!
//! The text is a sequence of counts, `3;`, texts with their length in bytes,
//! `5:hello`, and letters. Macros and runtime are of one version, so it has none.

use crate::{Engine, Type};

/// A compiled query: the SQL of each target engine with the places where values
/// go, and the columns it was compiled for.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement<'a> {
    /// `file:line:column` of the query in the Rust source.
    pub location: &'a str,
    /// The columns of the result.
    pub columns: Vec<Column<'a>>,
    /// The parameters, in the order of the source.
    pub parameters: Vec<Parameter>,
    /// The SQL of each target engine.
    pub sql: Vec<(Engine, Vec<Piece<'a>>)>,
}

/// A parameter of a compiled query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its type; of a list, that of its elements.
    pub ty: Type,
    /// Whether it is only compared, so that a value of more digits may come.
    pub compared: bool,
}

/// A column that a query was compiled for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column<'a> {
    /// Its name; empty where any will do.
    pub name: &'a str,
    /// Its type.
    pub ty: Type,
    /// Whether it can be NULL.
    pub nullable: bool,
}

/// A piece of an engine's SQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// SQL text.
    Text(&'a str),
    /// The parameter of this index.
    Parameter(usize),
    /// `operand IN (values of the list)`; for an empty list the whole is
    /// `FALSE`, or `TRUE` when negated.
    InList {
        /// The SQL of the operand.
        operand: Vec<Piece<'a>>,
        /// The index of the list.
        parameter: usize,
        /// `NOT IN`
        negated: bool,
    },
}

impl<'a> Statement<'a> {
    /// Writes it as text.
    pub fn write(&self) -> String {
        let mut out = String::new();
        text(&mut out, self.location);
        count(&mut out, self.columns.len());
        for Column { name, ty, nullable } in &self.columns {
            text(&mut out, name);
            text(&mut out, &ty.to_string());
            flag(&mut out, *nullable);
        }
        count(&mut out, self.parameters.len());
        for Parameter { ty, compared } in &self.parameters {
            text(&mut out, &ty.to_string());
            flag(&mut out, *compared);
        }
        count(&mut out, self.sql.len());
        for (engine, pieces) in &self.sql {
            text(&mut out, engine.name());
            write_pieces(&mut out, pieces);
        }
        out
    }

    /// Reads what [`write`](Statement::write) wrote; `None` of anything else.
    pub fn read(text: &'a str) -> Option<Statement<'a>> {
        let mut reader = Reader { rest: text };
        let location = reader.text()?;
        let columns = reader.list(Reader::column)?;
        let parameter = |reader: &mut Reader<'a>| {
            Some(Parameter { ty: reader.ty()?, compared: reader.flag()? })
        };
        let parameters = reader.list(parameter)?;
        let template =
            |reader: &mut Reader<'a>| Some((reader.text()?.parse().ok()?, reader.pieces()?));
        let sql = reader.list(template)?;
        reader.rest.is_empty().then_some(Statement { location, columns, parameters, sql })
    }

    /// The SQL for an engine.
    pub fn pieces(&self, engine: Engine) -> Option<&[Piece<'a>]> {
        self.sql.iter().find(|(target, _)| *target == engine).map(|(_, pieces)| &**pieces)
    }
}

fn write_pieces(out: &mut String, pieces: &[Piece<'_>]) {
    count(out, pieces.len());
    for piece in pieces {
        match piece {
            Piece::Text(sql) => {
                out.push('t');
                text(out, sql);
            }
            Piece::Parameter(index) => {
                out.push('p');
                count(out, *index);
            }
            Piece::InList { operand, parameter, negated } => {
                out.push('i');
                count(out, *parameter);
                flag(out, *negated);
                write_pieces(out, operand);
            }
        }
    }
}

pub(crate) fn text(out: &mut String, text: &str) {
    out.push_str(&text.len().to_string());
    out.push(':');
    out.push_str(text);
}

pub(crate) fn count(out: &mut String, count: usize) {
    out.push_str(&count.to_string());
    out.push(';');
}

pub(crate) fn flag(out: &mut String, flag: bool) {
    out.push(if flag { 'y' } else { 'n' });
}

pub(crate) struct Reader<'a> {
    pub(crate) rest: &'a str,
}

impl<'a> Reader<'a> {
    fn number(&mut self, end: char) -> Option<usize> {
        let (number, rest) = self.rest.split_once(end)?;
        self.rest = rest;
        number.parse().ok()
    }

    pub(crate) fn text(&mut self) -> Option<&'a str> {
        let length = self.number(':')?;
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(text)
    }

    fn ty(&mut self) -> Option<Type> {
        Type::parse(self.text()?).ok()
    }

    fn letter(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let letter = chars.next();
        self.rest = chars.as_str();
        letter
    }

    fn flag(&mut self) -> Option<bool> {
        match self.letter()? {
            'y' => Some(true),
            'n' => Some(false),
            _ => None,
        }
    }

    pub(crate) fn list<T>(
        &mut self,
        item: impl Fn(&mut Reader<'a>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let count = self.number(';')?;
        (0..count).map(|_| item(self)).collect()
    }

    pub(crate) fn column(&mut self) -> Option<Column<'a>> {
        let (name, ty) = (self.text()?, self.ty()?);
        Some(Column { name, ty, nullable: self.flag()? })
    }

    fn pieces(&mut self) -> Option<Vec<Piece<'a>>> {
        self.list(|reader| {
            Some(match reader.letter()? {
                't' => Piece::Text(reader.text()?),
                'p' => Piece::Parameter(reader.number(';')?),
                'i' => {
                    let (parameter, negated) = (reader.number(';')?, reader.flag()?);
                    Piece::InList { operand: reader.pieces()?, parameter, negated }
                }
                _ => return None,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement() -> Statement<'static> {
        Statement {
            location: "src/main.rs:3:5",
            columns: vec![
                Column { name: "täg", ty: Type::decimal(12, 2), nullable: true },
                Column { name: "", ty: Type::VARCHAR, nullable: false },
            ],
            parameters: vec![
                Parameter { ty: Type::Date, compared: true },
                Parameter { ty: Type::BigInt, compared: false },
            ],
            sql: vec![
                (
                    Engine::Trino,
                    vec![Piece::Text("SELECT '3;t5:\n' WHERE x = "), Piece::Parameter(0)],
                ),
                (
                    Engine::Spark,
                    vec![Piece::InList {
                        operand: vec![Piece::Text("a + "), Piece::Parameter(0)],
                        parameter: 1,
                        negated: true,
                    }],
                ),
            ],
        }
    }

    #[test]
    fn what_was_written_is_read() {
        let statement = statement();
        let text = statement.write();
        assert_eq!(Statement::read(&text), Some(statement));
        assert!(text.starts_with("15:src/main.rs:3:52;4:täg13:decimal(12,2)y0:7:varcharn2;4:date"));
    }

    #[test]
    fn nothing_else_is_read() {
        let text = statement().write();
        for (end, _) in text.char_indices() {
            assert_eq!(Statement::read(&text[..end]), None, "{end}");
        }
        assert_eq!(Statement::read(&format!("{text} ")), None);
        for other in ["", "1:", "99999999999999999999;", "0:99999999999;", "-1:", "0:0;0;1;3:foo0;"]
        {
            assert_eq!(Statement::read(other), None, "{other}");
        }
        assert!(Statement::read("0:0;0;0;").is_some());
    }
}
