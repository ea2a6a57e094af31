//! [`Columns`]: the columns of a result, as the manifest names them and as they are handed on.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use lakequery_types::Type;

use super::message::Column;
use crate::arrow::convert::{Unfit, convert, converts};
use crate::arrow::schema::{canonical, holds};
use crate::budget::{Budget, LEAF, TYPE_BYTE, leaves};
use crate::error::{Error, Kind, Result};
use crate::spark_sql::spark_type::SparkType;

/// The columns of a result.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    pub(super) schema: SchemaRef,
    /// Their types, as the server names them.
    told: Arc<[String]>,
}

impl Columns {
    /// Those that a manifest names, where these types are expected.
    pub(super) fn new(columns: &[Column], expected: Option<&[Type]>) -> Result<Columns> {
        let mut budget = Budget::of_texts();
        let mut fields = Vec::with_capacity(columns.len());
        for (i, Column { name, ty }) in columns.iter().enumerate() {
            budget.charge(ty.len(), TYPE_BYTE)?;
            let found = SparkType::parse(ty).and_then(|ty| canonical(&ty.lake()));
            let target = target_of(found, expected.and_then(|types| types.get(i)));
            budget.charge(leaves(&target), LEAF)?;
            fields.push(Field::new(name, target, true));
        }
        let told = columns.iter().map(|column| column.ty.clone()).collect();
        Ok(Columns { schema: Arc::new(Schema::new(fields)), told })
    }

    /// A batch of the server's with the columns' own names and types.
    pub(super) fn batch(&self, batch: &RecordBatch) -> Result<RecordBatch> {
        let fields = self.schema.fields();
        if batch.num_columns() != fields.len() {
            let message = "the server's rows have another number of columns than it declares";
            return Err(Error::new(Kind::BrokenData, message));
        }
        let arrays = batch.columns().iter().enumerate();
        let arrays = arrays.map(|(i, array)| self.column(i, array)).collect::<Result<Vec<_>>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options).map_err(
            |error| Error::new(Kind::Internal, format!("a batch could not be built: {error}")),
        )
    }

    fn column(&self, index: usize, array: &ArrayRef) -> Result<ArrayRef> {
        let field = self.schema.field(index);
        convert(array, field.data_type()).map_err(|unfit| {
            let (name, ty) = (field.name(), self.told.get(index).map_or("", String::as_str));
            match unfit {
                Unfit::Type if SparkType::parse(ty).is_none() => unreadable(name, ty),
                Unfit::Type => Error::new(
                    Kind::BrokenData,
                    format!(
                        "column `{name}` is {ty}, and its values came as {}",
                        array.data_type()
                    ),
                ),
                Unfit::Value => {
                    let to = crate::arrow::schema::type_name(field.data_type());
                    let message =
                        format!("column `{name}` ({ty}) has a value that is not of type {to}");
                    Error::new(Kind::BrokenData, message)
                        .help("CAST it in the query to a type that holds its values")
                }
            }
        })
    }
}

/// The type that is expected, where values of the one that was found become such exactly; else
/// the one that was found, which shows that the schema has drifted. What is not known here can
/// come as a text.
pub(crate) fn target_of(found: Option<DataType>, expected: Option<&Type>) -> DataType {
    let found = found.unwrap_or(DataType::Utf8);
    let target = expected.and_then(|ty| {
        let target = canonical(ty)?;
        (holds(ty, &found) || converts(&found, &target)).then_some(target)
    });
    target.unwrap_or(found)
}

fn unreadable(name: &str, ty: &str) -> Error {
    Error::new(Kind::Unsupported, format!("column `{name}` of type {ty} can't be read"))
        .help("CAST it in the query to a type that lake SQL has")
}
