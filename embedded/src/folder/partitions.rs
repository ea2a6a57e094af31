//! Partitions: the columns that folders called `key=value` make.
//!
//! Folders state no types. A column is an `integer`, or else a `bigint`,
//! where every value is a whole number without needless zeros; a `date` where every value is
//! one; and else a `varchar`.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_schema::{Field, FieldRef, Fields, Schema};
use datafusion::common::ScalarValue;
use lakequery_types::same_name;

use super::stated::Stated;
use super::text::{Column, Number, Scalar, date};
use super::walk::{File, Files};
use crate::error::{Error, ErrorKind, Result};
use crate::types::column_name;

/// The columns that a table's partitions make, with the value of each file.
#[derive(Debug)]
pub(super) struct Partitions {
    fields: Fields,
    /// For each column the values, in the order of the files.
    values: Vec<ArrayRef>,
}

impl Partitions {
    /// The columns of the files' partitions, of the types that are stated of them, or that
    /// all of their values fit.
    pub(super) fn of(table: &str, files: &Files, stated: Option<&Stated>) -> Result<Partitions> {
        let mut fields: Vec<FieldRef> = Vec::with_capacity(files.keys.len());
        let mut values = Vec::with_capacity(files.keys.len());
        for (i, key) in files.keys.iter().enumerate() {
            let texts = || files.files.iter().filter_map(|file| file.values[i].as_deref());
            let known = stated.and_then(|stated| stated.ty(key)).and_then(Scalar::of);
            let scalar = known.unwrap_or_else(|| inferred(texts()));
            // A code may be spelled like another number.
            if known != Some(Scalar::Varchar) {
                one_spelling(table, key, i, &files.files)?;
            }
            let mut column = Column::stated(scalar);
            for file in &files.files {
                match file.values[i].as_deref() {
                    Some(text) => {
                        column.append(text).ok_or_else(|| of_other_type(key, text, scalar, file))?
                    }
                    None => column.append_null(),
                }
            }
            fields.push(Arc::new(Field::new(key.to_lowercase(), scalar.arrow(), true)));
            values.push(column.finish());
        }
        Ok(Partitions { fields: fields.into(), values })
    }

    /// The columns; every one can be NULL.
    pub(super) fn fields(&self) -> &Fields {
        &self.fields
    }

    /// For each column the values, in the order of the files.
    pub(super) fn values(&self) -> &[ArrayRef] {
        &self.values
    }

    /// The values of the file of a number.
    pub(super) fn of_file(&self, file: usize) -> datafusion::common::Result<Vec<ScalarValue>> {
        self.values.iter().map(|values| ScalarValue::try_from_array(values, file)).collect()
    }

    /// An error where a column is both of the partitions and of a file.
    pub(super) fn apart_from(&self, table: &str, path: &Path, file: &Schema) -> Result<()> {
        let both = |key: &&FieldRef| file.fields().iter().any(|f| same_name(f.name(), key.name()));
        match self.fields.iter().find(both) {
            None => Ok(()),
            Some(key) => Err(in_both(table, path, key.name())),
        }
    }
}

/// That a partition column is in a file, too.
pub(super) fn in_both(table: &str, path: &Path, key: &str) -> Error {
    Error::new(
        ErrorKind::BrokenData,
        format!(
            "column {key} of table `{table}` is both the key of its partitions and a column of `{}`",
            path.display()
        ),
    )
    .at_path(path)
    .with_help("write the files without the column, or rename the folders to another key")
}

/// That a value is not of the type that is stated of the column.
fn of_other_type(key: &str, text: &str, scalar: Scalar, file: &File) -> Error {
    let ty = column_name(&scalar.arrow());
    let path = file.path.display();
    let message =
        format!("partition column {key} is {ty}, and the value `{text}` of `{path}` is not");
    Error::new(ErrorKind::BrokenData, message)
        .at_path(&file.path)
        .with_help("rename the folder, or refresh the snapshots with `cargo lake refresh`")
}

/// The type of a column, from all of its values.
fn inferred<'a>(texts: impl Iterator<Item = &'a str> + Clone) -> Scalar {
    let all = |fits: fn(&str) -> bool| texts.clone().all(fits);
    let bigint = |text: &str| Number::parse(text).and_then(|number| number.bigint());
    // A folder's name has no other zero.
    let is_integer = |text: &str| text != "-0" && bigint(text).is_some();
    if texts.clone().next().is_none() {
        Scalar::Varchar
    } else if texts.clone().all(|text| is_integer(text) && text.parse::<i32>().is_ok()) {
        Scalar::Integer
    } else if texts.clone().all(is_integer) {
        Scalar::BigInt
    } else if all(|text| date(text).is_some()) {
        Scalar::Date
    } else {
        Scalar::Varchar
    }
}

/// An error where all values of a column are digits, and two of them are one number:
/// whether they are one partition or two is anybody's guess.
fn one_spelling(table: &str, key: &str, i: usize, files: &[File]) -> Result<()> {
    let mut spellings: HashMap<&str, &File> = HashMap::new();
    let mut found = None;
    for file in files {
        let Some(text) = file.values[i].as_deref() else { continue };
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(());
        }
        let number = text[..text.len() - 1].trim_start_matches('0').len() + 1;
        let number = &text[text.len() - number..];
        let first = spellings.entry(number).or_insert(file);
        if first.values[i].as_deref() != Some(text) {
            found.get_or_insert((*first, file));
        }
    }
    let Some((first, second)) = found else { return Ok(()) };
    let spelled = |file: &File| file.values[i].clone().unwrap_or_default();
    let (a, b) = (spelled(first), spelled(second));
    Err(Error::new(
        ErrorKind::BrokenData,
        format!(
            "partition column {key} of table `{table}` has one number spelled both `{a}` and `{b}`: \
             `{}` and `{}`",
            first.path.display(),
            second.path.display()
        ),
    )
    .at_path(&second.path)
    .with_help("rename the folders so that each number has one spelling"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_fits_all_values() {
        for (values, expected) in [
            (&[][..], Scalar::Varchar),
            (&["1", "-2", "0"], Scalar::Integer),
            (&["1", "2147483648"], Scalar::BigInt),
            (&["9223372036854775808"], Scalar::Varchar),
            (&["01", "02"], Scalar::Varchar),
            (&["+1"], Scalar::Varchar),
            (&["-0"], Scalar::Varchar),
            (&["1.5"], Scalar::Varchar),
            (&["2024-01-01", "2024-02-29"], Scalar::Date),
            (&["2024-01-01", "2023-02-29"], Scalar::Varchar),
            (&["20240101"], Scalar::Integer),
            (&["2024-01-01", "1"], Scalar::Varchar),
            (&["true"], Scalar::Varchar),
        ] {
            assert_eq!(inferred(values.iter().copied()), expected, "{values:?}");
        }
    }
}
