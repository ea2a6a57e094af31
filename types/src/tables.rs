//! [`Table`]: what a compiled query knows of a table that it reads, for engines that read
//! files which state no types. The macros write it into the binary beside the
//! [`Statement`](crate::Statement), in the same way.

use crate::file_options::FileOptions;
use crate::statement::{Column, Reader, count, flag, text};

/// A table that a compiled query reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table<'a> {
    /// Its schema on the engine; empty where that of the connection serves.
    pub schema: &'a str,
    /// Its name.
    pub name: &'a str,
    /// The columns that the query may read.
    pub columns: Vec<Column<'a>>,
    /// How its files are read.
    pub options: FileOptions,
}

impl<'a> Table<'a> {
    /// Writes tables as text.
    pub fn write(tables: &[Table<'_>]) -> String {
        let mut out = String::new();
        count(&mut out, tables.len());
        for Table { schema, name, columns, options } in tables {
            text(&mut out, schema);
            text(&mut out, name);
            count(&mut out, columns.len());
            for Column { name, ty, nullable } in columns {
                text(&mut out, name);
                text(&mut out, &ty.to_string());
                flag(&mut out, *nullable);
            }
            let options = options.pairs();
            count(&mut out, options.len());
            for (key, value) in options {
                text(&mut out, key);
                text(&mut out, &value);
            }
        }
        out
    }

    /// Reads what [`write`](Table::write) wrote; `None` of anything else.
    pub fn read(text: &'a str) -> Option<Vec<Table<'a>>> {
        let mut reader = Reader { rest: text };
        let tables = reader.list(|reader| {
            Some(Table {
                schema: reader.text()?,
                name: reader.text()?,
                columns: reader.list(Reader::column)?,
                options: options(reader)?,
            })
        })?;
        reader.rest.is_empty().then_some(tables)
    }
}

/// The options, as keys with values.
fn options(reader: &mut Reader<'_>) -> Option<FileOptions> {
    let mut options = FileOptions::default();
    for (key, value) in reader.list(|reader| Some((reader.text()?, reader.text()?)))? {
        options.set(key, value)?;
    }
    Some(options)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FileFormat, Type};

    fn tables() -> Vec<Table<'static>> {
        let column = |name, ty, nullable| Column { name, ty, nullable };
        vec![
            Table {
                schema: "crm",
                name: "custömers",
                columns: vec![
                    column("id", Type::BigInt, false),
                    column("amount", Type::decimal(12, 2), true),
                ],
                options: FileOptions {
                    format: Some(FileFormat::Csv),
                    delimiter: Some(';'),
                    quote: Some(Some('\'')),
                    escape: Some('\\'),
                    header: Some(false),
                    null: Some(String::new()),
                    names: vec!["id".into(), "ämount".into()],
                    partitioned_by: vec!["day".into()],
                },
            },
            Table {
                schema: "",
                name: "t",
                columns: vec![],
                options: FileOptions { quote: Some(None), ..FileOptions::default() },
            },
            Table { schema: "", name: "t", columns: vec![], options: FileOptions::default() },
        ]
    }

    #[test]
    fn what_was_written_is_read() {
        for tables in [tables(), Vec::new()] {
            assert_eq!(Table::read(&Table::write(&tables)), Some(tables));
        }
    }

    #[test]
    fn nothing_else_is_read() {
        let text = Table::write(&tables());
        for (end, _) in text.char_indices() {
            assert_eq!(Table::read(&text[..end]), None, "{end}");
        }
        assert_eq!(Table::read(&format!("{text} ")), None);
        assert_eq!(Table::read("99999999999999999999;"), None);
    }
}
