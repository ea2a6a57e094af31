//! What the runtime is told of the tables that a query reads, for engines that read files
//! which state no types: those of the snapshot, and how `lake.toml` says that the files are read.

use lakequery_compiler::config::Config;
use lakequery_compiler::snapshot;
use lakequery_compiler::{Compiled, emit};
use lakequery_types::{Column, Engine, Table};

use crate::code::string;

/// The call that hands the tables to a query; nothing where no target engine needs to be told.
pub(crate) fn call(compiled: &Compiled, config: &Config) -> String {
    let Some(template) = compiled.templates.iter().find(|template| template.engine.reads_files())
    else {
        return String::new();
    };
    let mut sql = String::new();
    texts(&template.pieces, &mut sql);
    let sql = sql.to_lowercase();
    let tables: Vec<Table<'_>> =
        compiled.tables.iter().map(|table| told(table, &sql, template.engine, config)).collect();
    if tables.is_empty() {
        String::new()
    } else {
        format!(".__tables({})", string(&Table::write(&tables)))
    }
}

/// The text of the pieces.
fn texts(pieces: &[emit::Piece], out: &mut String) {
    for piece in pieces {
        match piece {
            emit::Piece::Text(text) => out.push_str(text),
            emit::Piece::Parameter(_) => {}
            emit::Piece::InList { operand, .. } => texts(operand, out),
        }
    }
}

/// Whether a name is in the SQL, and not only as a part of another one.
fn has_word(sql: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    sql.match_indices(name).any(|(at, _)| {
        let (before, behind) = (&sql[..at], &sql[at + name.len()..]);
        !before.ends_with(is_part) && !behind.starts_with(is_part)
    })
}

/// What is told of a table: of its columns those whose names are in the SQL, for no other can
/// be read.
fn told<'a>(
    table: &'a snapshot::Table,
    sql: &str,
    engine: Engine,
    config: &'a Config,
) -> Table<'a> {
    let columns = table.columns.iter().filter(|column| has_word(sql, &column.name.to_lowercase()));
    let columns = columns.map(|column| Column {
        name: &column.name,
        ty: column.ty.clone(),
        nullable: column.nullable,
    });
    let names = config.schema_names.get(&table.schema);
    let schema = names.and_then(|names| names.get(&engine)).unwrap_or(&table.schema);
    let said = config.table(&table.schema, &table.name);
    let options = said.map(|said| said.options.clone()).unwrap_or_default();
    Table { schema, name: &table.name, columns: columns.collect(), options }
}
