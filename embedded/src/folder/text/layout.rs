//! How the files of a table are read.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use arrow_schema::{Field, Schema, SchemaRef};

use super::super::batches::{Batches, Flow};
use super::super::columns::names;
use super::super::reader::Reader;
use super::broken::Broken;
use super::candidates::Scalar;
use super::source::open;
use super::{csv, json};
use crate::error::Result;

/// How the files of a table are read.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) columns: Columns,
    /// Whether types were stated, and not found from all rows.
    pub(super) stated: bool,
}

/// The columns, by the names that they have in the files, and how their values are read.
#[derive(Clone, Debug)]
pub(super) enum Columns {
    Csv(Vec<(String, Scalar)>, csv::Dialect),
    Json(Vec<(String, json::Kind)>),
}

impl Reader for Layout {
    /// Every column can be NULL.
    fn schema(&self) -> SchemaRef {
        let fields: Vec<Field> = match &self.columns {
            Columns::Csv(columns, _) => {
                columns.iter().map(|(name, ty)| Field::new(name, ty.arrow(), true)).collect()
            }
            Columns::Json(columns) => {
                columns.iter().map(|(name, kind)| Field::new(name, kind.arrow(), true)).collect()
            }
        };
        let names = names(&Schema::new(fields.clone()));
        let renamed = fields.into_iter().zip(names).map(|(field, name)| field.with_name(name));
        Arc::new(Schema::new(renamed.collect::<Vec<_>>()))
    }

    fn read(&self, path: &Path, wanted: &[usize], batches: &mut Batches<'_>) -> Result<Flow> {
        let read = open(path).and_then(|input| self.read_from(input, wanted, batches));
        read.map_err(|broken| broken.in_file(path))
    }
}

impl Layout {
    /// Reads the columns of these numbers.
    pub(super) fn read_from(
        &self,
        input: impl Read,
        wanted: &[usize],
        batches: &mut Batches<'_>,
    ) -> Result<Flow, Broken> {
        match &self.columns {
            Columns::Csv(columns, dialect) => {
                csv::read_from(input, dialect, columns, self.stated, wanted, batches)
            }
            Columns::Json(columns) => json::read_from(input, columns, self.stated, wanted, batches),
        }
    }
}
