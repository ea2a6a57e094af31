//! Tests on trees made by hand. Expected texts are written by hand too; those
//! for DataFusion are read back with its parser.

use lakequery_types::Engine;
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

use super::{Piece, emit};
use crate::config::Config;
use crate::tree::{Expr, Query};

mod build;
mod dialects;
mod queries;
mod read_back;
mod refusals;
mod words;

use build::{config, query_of};
use dialects::dialect;

/// The SQL of a query, parameters as `$1`, `$2`.
fn sql(engine: Engine, query: &Query, config: &Config) -> String {
    match emit(dialect(engine), query, config) {
        Ok(template) => {
            let text = show(&template.pieces);
            if engine == Engine::DataFusion {
                let read = Parser::parse_sql(&GenericDialect {}, &text);
                assert!(read.is_ok(), "{read:?}: {text}");
            }
            text
        }
        Err(refusals) => panic!("refused: {refusals:?}"),
    }
}

/// The SQL of `SELECT expr`, without the SELECT.
fn sql_of(engine: Engine, expr: &Expr) -> String {
    let text = sql(engine, &query_of(expr.clone()), &config());
    text.strip_prefix("SELECT ").expect("a SELECT").to_owned()
}

fn show(pieces: &[Piece]) -> String {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Parameter(index) => format!("${}", index + 1),
            Piece::InList { operand, parameter, negated } => {
                let word = if *negated { "NOT IN" } else { "IN" };
                format!("{} {word} (${})", show(operand), parameter + 1)
            }
        })
        .collect()
}
