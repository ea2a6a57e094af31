//! CSV, and TSV: a first line with the names of the columns, and a record for each row.
//!
//! A field that is the text of NULL, usually the empty one, is NULL; so is an empty field that is
//! not, or that is only quotes (`""`), but for columns of `varchar`, where it is the empty text. A
//! line with nothing on it is a NULL where there is one column, and nothing where there are more.

mod dialect;
mod record;

use std::borrow::Cow;
use std::io::Read;
use std::path::Path;

use super::super::batches::{Batches, Flow};
use super::super::columns::{matched, untyped};
use super::broken::{Broken, shown};
use super::candidates::{Candidates, Scalar};
use super::column::Column;
use super::source::open;
use crate::types;
pub(in crate::folder) use dialect::Dialect;
use record::{Field, Record, Records};

/// The names of the columns, and what types they can have.
pub(super) struct Inferred {
    pub(super) names: Vec<String>,
    pub(super) columns: Vec<Candidates>,
}

/// The rows of a file, its first line behind us.
struct Rows<'d, R> {
    records: Records<R>,
    names: Cow<'d, [String]>,
    dialect: &'d Dialect,
}

impl<'d, R: Read> Rows<'d, R> {
    fn open(input: R, dialect: &'d Dialect) -> Result<Rows<'d, R>, Broken> {
        let mut records = Records::new(input, dialect.marks)?;
        let names = match dialect.names.as_deref() {
            Some(names) => Cow::Borrowed(names),
            None => loop {
                match records.next()? {
                    None => return Err(Broken::Empty),
                    Some(record) if record.is_blank() => {}
                    Some(record) => break Cow::Owned(header(&record, dialect)?),
                }
            },
        };
        Ok(Rows { records, names, dialect })
    }

    /// The next row.
    fn next(&mut self) -> Result<Option<Record<'_>>, Broken> {
        // Asks before it borrows, for the borrow lasts as long as the row.
        let columns = self.names.len();
        while columns > 1 && self.records.skip_blank()? {}
        let Some(record) = self.records.next()? else { return Ok(None) };
        if record.fields.len() == columns {
            return Ok(Some(record));
        }
        let count = |count: usize| format!("{count} value{}", if count == 1 { "" } else { "s" });
        let columns = format!("{columns} column{}", if columns == 1 { "" } else { "s" });
        let namer = if self.dialect.names.is_some() { "lake.toml" } else { "the first line" };
        Err(Broken::at(
            record.line,
            format!("has {}, and {namer} names {columns}", count(record.fields.len())),
            "a value with the delimiter in it stands in quotes, and every line has all delimiters",
        ))
    }
}

/// The names of the columns.
fn header(record: &Record<'_>, dialect: &Dialect) -> Result<Vec<String>, Broken> {
    let names: Vec<String> = record.fields.iter().map(|f| record.text(f).into_owned()).collect();
    let broken = |what: String, help| Err(Broken::at(record.line, what, help));
    if let [name] = names.as_slice()
        && !record.fields[0].quoted
        && let Some(other) = [';', '\t', '|', ','].into_iter().find(|other| name.contains(*other))
    {
        let delimiter = char::from(dialect.marks.delimiter).escape_debug();
        return broken(
            format!(
                "has no `{delimiter}`, but `{}`: the values are not separated by `{delimiter}`",
                other.escape_debug()
            ),
            "say so in lake.toml, by `delimiter` of [table.\"schema.name\"], or put the name into \
             quotes if it is the only one",
        );
    }
    for (i, name) in names.iter().enumerate() {
        if name.trim().is_empty() {
            return Err(Broken::Unnamed(i + 1));
        }
        if name.contains('\0') {
            return broken(
                format!("has a byte 0 in the name of column {}", i + 1),
                "tables of text are UTF-8; convert the file, for example with `iconv`",
            );
        }
        if let Some(first) = names[..i].iter().position(|other| other == name) {
            return broken(
                format!("names columns {} and {} both `{}`", first + 1, i + 1, shown(name)),
                "give every column a name of its own",
            );
        }
    }
    Ok(names)
}

/// What the columns of a file can be, from all of its rows.
pub(super) fn infer(path: &Path, dialect: &Dialect) -> Result<Inferred, Broken> {
    infer_from(open(path)?, dialect)
}

/// The names of the columns of a file, of which no row is looked at.
pub(super) fn names(path: &Path, dialect: &Dialect) -> Result<Inferred, Broken> {
    let names = Rows::open(open(path)?, dialect)?.names.into_owned();
    let columns = vec![Candidates::new(); names.len()];
    Ok(Inferred { names, columns })
}

pub(super) fn infer_from(input: impl Read, dialect: &Dialect) -> Result<Inferred, Broken> {
    let mut rows = Rows::open(input, dialect)?;
    let mut columns = vec![Candidates::new(); rows.names.len()];
    while let Some(row) = rows.next()? {
        for (column, field) in columns.iter_mut().zip(row.fields) {
            let text = row.text(field);
            if !text.is_empty() && !is_null(&row, field, dialect) {
                column.see(&text);
            }
        }
    }
    Ok(Inferred { names: rows.names.into_owned(), columns })
}

/// Whether a field is the text of NULL.
#[inline]
fn is_null(row: &Record<'_>, field: &Field, dialect: &Dialect) -> bool {
    !field.quoted && row.written(field) == &*dialect.null
}

/// Reads the rows of a file whose columns have these names and types; of these
/// the ones that are wanted.
pub(super) fn read_from(
    input: impl Read,
    dialect: &Dialect,
    columns: &[(String, Scalar)],
    stated: bool,
    wanted: &[usize],
    batches: &mut Batches<'_>,
) -> Result<Flow, Broken> {
    let mut rows = Rows::open(input, dialect)?;
    let places = places(&rows.names, columns);
    // Where types are stated, they are so of the columns that are read.
    if !stated && places.iter().flatten().count() != rows.names.len() {
        return Err(changed(1, "names other columns"));
    }
    let new = if stated { Column::stated } else { Column::new };
    let mut read: Vec<Column> = wanted.iter().map(|i| new(columns[*i].1)).collect();
    let mut count = 0;
    while let Some(row) = rows.next()? {
        for (column, i) in read.iter_mut().zip(wanted) {
            let Some(field) = places[*i].map(|place| &row.fields[place]) else {
                column.append_null();
                continue;
            };
            let text = row.text(field);
            if is_null(&row, field, dialect) || (text.is_empty() && !column.is_text()) {
                column.append_null();
                continue;
            }
            column.append(&text).ok_or_else(|| {
                let (name, scalar) = &columns[*i];
                let value = shown(&text);
                let ty = types::column_name(&scalar.arrow());
                let what = format!("has `{value}` for column {name}, which is not a {ty}");
                if stated { Broken::of_other_type(row.line, what) } else { changed(row.line, what) }
            })?;
        }
        count += 1;
        if count == batches.rows() {
            let arrays = read.iter_mut().map(Column::finish).collect();
            if batches.send(arrays, count).is_break() {
                return Ok(Flow::Break(()));
            }
            count = 0;
        }
    }
    Ok(batches.send(read.iter_mut().map(Column::finish).collect(), count))
}

/// For each column the number of the file's, where it has it.
fn places(names: &[String], columns: &[(String, Scalar)]) -> Vec<Option<usize>> {
    let table = untyped(columns.iter().map(|(name, _)| name));
    matched(&table, untyped(names.iter()).fields())
}

/// The file was written after its columns were looked at.
fn changed(line: usize, what: impl Into<String>) -> Broken {
    Broken::at(line, what, "the file has changed while it was read; run the query again")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_is_not_of_its_type_is_an_error() {
        // As when a file is written between the look at its columns and the reading.
        let dialect = Dialect::default();
        for (scalar, value) in [
            (Scalar::BigInt, "2.5"),
            (Scalar::BigInt, "9223372036854775808"),
            (Scalar::Date, "2024-01-01 10:00:00"),
            (Scalar::Timestamp(arrow_schema::TimeUnit::Second), "2024-01-01T10:00:00.5"),
            (Scalar::Timestamp(arrow_schema::TimeUnit::Second), "2024-01-01T10:00:00Z"),
            (Scalar::Double, "9007199254740993"),
            (Scalar::Decimal(1), "0.25"),
            (Scalar::Boolean, "1"),
        ] {
            let file = format!("a,b\n,x\n{value},y\n");
            let columns = [("a".to_owned(), scalar), ("b".to_owned(), Scalar::Varchar)];
            let mut count = 0;
            let mut send = |_, rows| {
                count += rows;
                Flow::Continue(())
            };
            let mut batches = Batches::new(100, &mut send);
            let error = read_from(file.as_bytes(), &dialect, &columns, false, &[0], &mut batches)
                .unwrap_err();
            let error = error.in_file(Path::new("f.csv")).to_string();
            assert!(
                error.starts_with(&format!(
                    "`f.csv` can't be read: line 3 has `{value}` for column a, which is not a "
                )),
                "{error}"
            );
            // Not wanted, not looked at.
            let flow =
                read_from(file.as_bytes(), &dialect, &columns, false, &[1], &mut batches).unwrap();
            assert!(flow.is_continue());
            assert_eq!(count, 2);
        }
    }
}
