//! The tables that the queries are over, read from the snapshots in `schemas/`,
//! so that all three projects have the same.

use std::path::Path;
use std::{fs, io};

/// A SQL type that the tables have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    /// `integer`
    Integer,
    /// `bigint`
    BigInt,
    /// `decimal(p,s)`
    Decimal,
    /// `varchar`
    Varchar,
    /// `date`
    Date,
}

/// A column; none can be NULL.
#[derive(Debug)]
pub(crate) struct Column {
    /// The name of its table.
    pub(crate) table: String,
    /// Its name, which no other column has.
    pub(crate) name: String,
    /// Its type.
    pub(crate) ty: Type,
}

/// A table.
#[derive(Debug)]
pub(crate) struct Table {
    /// Its name.
    pub(crate) name: String,
    /// Its columns.
    pub(crate) columns: Vec<Column>,
    /// The text of its snapshot.
    pub(crate) snapshot: String,
}

impl Table {
    /// What the names of its columns begin with, which is also its alias in queries.
    pub(crate) fn alias(&self) -> &str {
        let first = self.columns[0].name.as_str();
        first.split_once('_').map_or(first, |(alias, _)| alias)
    }
}

/// All tables.
pub(crate) struct Lake {
    tables: Vec<Table>,
}

impl Lake {
    /// Reads the snapshots of a schema.
    pub(crate) fn read(folder: &Path) -> io::Result<Lake> {
        let mut tables = Vec::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let snapshot = fs::read_to_string(&path)?;
            let columns = columns(&name, &snapshot).ok_or_else(|| {
                io::Error::other(format!("{} is not as expected", path.display()))
            })?;
            tables.push(Table { name, columns, snapshot });
        }
        tables.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Lake { tables })
    }

    /// The tables, in the order of their names.
    pub(crate) fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// The table of this name. The names are written in this program: it panics
    /// where there is none.
    pub(crate) fn table(&self, name: &str) -> &Table {
        let found = self.tables.iter().find(|table| table.name == name);
        found.unwrap_or_else(|| panic!("there is no table {name}"))
    }

    /// The column of this name; panics where there is none.
    pub(crate) fn column(&self, name: &str) -> &Column {
        let mut columns = self.tables.iter().flat_map(|table| &table.columns);
        let found = columns.find(|column| column.name == name);
        found.unwrap_or_else(|| panic!("there is no column {name}"))
    }
}

/// The columns that a snapshot lists, each on a line of its own.
fn columns(table: &str, snapshot: &str) -> Option<Vec<Column>> {
    let lines = snapshot.lines().skip_while(|line| *line != "[columns]").skip(1);
    lines
        .take_while(|line| !line.is_empty())
        .map(|line| {
            let (name, ty) = line.split_once(" = ")?;
            let ty = ty.strip_prefix('"')?.strip_suffix(" not null\"")?;
            let ty = match ty.split('(').next()? {
                "integer" => Type::Integer,
                "bigint" => Type::BigInt,
                "decimal" => Type::Decimal,
                "varchar" => Type::Varchar,
                "date" => Type::Date,
                _ => return None,
            };
            Some(Column { table: table.into(), name: name.into(), ty })
        })
        .collect()
}
