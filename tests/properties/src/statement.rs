//! Reading a statement as the macros write it into the binary, and SQL that is known at
//! run time only.

use lakequery::fuzzing::around_parameters;
use lakequery_compiler::{Compiled, emit};
use lakequery_types::{Column, Parameter, Piece, Statement};

use crate::{Property, compile, files};

pub(crate) const PROPERTY: Property =
    Property { name: "statement", holds, seeds, memory: (1 << 16, 1 << 9) };

fn seeds() -> Vec<Vec<u8>> {
    let queries = compile::seeds();
    let queries = queries.iter().filter_map(|query| std::str::from_utf8(query).ok());
    let mut seeds = files::bytes(queries.filter_map(compile::written));
    assert!(seeds.len() > 1_000, "only {} queries compile", seeds.len());
    for sql in [
        "SELECT '?' || ? AS a, \"b?\" -- ?\nFROM t /* ? /* ' */ */ WHERE c = ?",
        r"SELECT 'it\'s ?', r'\', `a?` FROM t -- ?\
          ? /* /* ? */ */ WHERE c IN (?, ?)",
    ] {
        seeds.push(sql.into());
    }
    seeds
}

/// A query as the macros put it together.
pub(crate) fn of(compiled: &Compiled) -> Statement<'_> {
    Statement {
        location: "src/main.rs:1:1",
        columns: compiled
            .columns
            .iter()
            .map(|column| Column {
                name: column.name.as_deref().unwrap_or_default(),
                ty: column.ty.clone(),
                nullable: column.nullable,
            })
            .collect(),
        parameters: compiled
            .parameters
            .iter()
            .map(|parameter| Parameter { ty: parameter.ty.clone(), compared: parameter.compared })
            .collect(),
        sql: compiled
            .templates
            .iter()
            .map(|template| (template.engine, pieces(&template.pieces)))
            .collect(),
    }
}

fn pieces(pieces: &[emit::Piece]) -> Vec<Piece<'_>> {
    let piece = |piece| match piece {
        &emit::Piece::Parameter(index) => Piece::Parameter(index),
        emit::Piece::Text(text) => Piece::Text(text),
        emit::Piece::InList { operand, parameter, negated } => Piece::InList {
            operand: self::pieces(operand),
            parameter: *parameter,
            negated: *negated,
        },
    };
    pieces.iter().map(piece).collect()
}

fn holds(input: &[u8]) {
    let text = &*String::from_utf8_lossy(input);
    if let Some(statement) = Statement::read(text) {
        assert_eq!(Statement::read(&statement.write()), Some(statement));
    }
    for (backslashes, nested) in [(false, false), (true, true)] {
        assert_eq!(around_parameters(text, backslashes, nested).join("?"), text);
    }
}
