//! What the rows of a statement are: a result, counts of rows that were written, or a word about
//! how it went. The names of the columns are those of Dremio's open source (`DmlUtils`,
//! `RecordWriter`, `SimpleCommandResult`).

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_schema::{DataType, Schema};

use crate::error::{Error, Kind, Result};

/// What the rows are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Rows,
    /// The column of this number counts rows that were written.
    Counts(usize),
    /// Whether it went well, and what is said of it.
    Done,
}

/// The columns of DML on tables.
const WRITTEN: [&str; 4] = ["Rows Inserted", "Rows Updated", "Rows Deleted", "Rows Merged"];

impl Outcome {
    /// What the rows of these columns are; those of a query are its result, whatever they are
    /// called.
    pub(super) fn of(query: bool, columns: &Schema) -> Outcome {
        let fields = columns.fields();
        let is = |at: usize, name: &str| {
            fields.get(at).is_some_and(|field| field.name().eq_ignore_ascii_case(name))
        };
        let counts = |at: usize| *fields[at].data_type() == DataType::Int64;
        if query {
            return Outcome::Rows;
        }
        if WRITTEN.iter().any(|name| is(0, name)) && counts(0) {
            return Outcome::Counts(0);
        }
        // A row for each file that was written.
        if is(0, "Fragment") && is(1, "Records") && counts(1) {
            return Outcome::Counts(1);
        }
        let types = || (fields[0].data_type(), fields[1].data_type());
        if fields.len() == 2
            && (is(0, "ok") && is(1, "summary"))
            && types() == (&DataType::Boolean, &DataType::Utf8)
        {
            return Outcome::Done;
        }
        Outcome::Rows
    }

    /// The columns that are handed on.
    pub(super) fn columns(self) -> Option<usize> {
        match self {
            Outcome::Counts(at) => Some(at),
            Outcome::Rows | Outcome::Done => None,
        }
    }

    /// Makes sure that it went well.
    pub(super) fn check(self, batch: &RecordBatch) -> Result<()> {
        if self != Outcome::Done {
            return Ok(());
        }
        let (ok, summary) = (batch.column(0).as_boolean(), batch.column(1).as_string::<i32>());
        match ok.iter().position(|ok| ok == Some(false)) {
            Some(at) => Err(Error::new(Kind::Query, summary.value(at))),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{BooleanArray, StringArray};
    use arrow_schema::Field;

    use super::*;

    #[test]
    fn rows_are_what_their_columns_are_called() {
        use DataType::{Boolean, Int64, Utf8};
        let rows: [(&[(&str, DataType)], Outcome); 8] = [
            (&[("Rows Inserted", Int64)], Outcome::Counts(0)),
            (&[("Rows Merged", Int64)], Outcome::Counts(0)),
            (&[("Rows Inserted", Int64), ("Rows Rejected", Int64)], Outcome::Counts(0)),
            (&[("Rows Inserted", Utf8)], Outcome::Rows),
            (&[("Fragment", Utf8), ("Records", Int64), ("Path", Utf8)], Outcome::Counts(1)),
            (&[("ok", Boolean), ("summary", Utf8)], Outcome::Done),
            (&[("ok", Boolean)], Outcome::Rows),
            (&[], Outcome::Rows),
        ];
        for (columns, outcome) in rows {
            let fields = columns.iter().map(|(name, ty)| Field::new(*name, ty.clone(), true));
            let schema = Schema::new(fields.collect::<Vec<_>>());
            assert_eq!(Outcome::of(false, &schema), outcome, "{columns:?}");
            assert_eq!(Outcome::of(true, &schema), Outcome::Rows);
        }
    }

    #[test]
    fn a_command_that_failed_is_an_error() {
        for (ok, fails) in [(Some(true), false), (None, false), (Some(false), true)] {
            let batch = RecordBatch::try_from_iter([
                ("ok", Arc::new(BooleanArray::from(vec![ok])) as _),
                ("summary", Arc::new(StringArray::from(vec!["it said no"])) as _),
            ]);
            let checked = Outcome::Done.check(&batch.unwrap());
            assert_eq!(checked.map_err(|error| error.to_string()).err(), {
                fails.then(|| "it said no".to_owned())
            });
        }
    }
}
