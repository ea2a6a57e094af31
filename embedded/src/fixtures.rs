//! [`Fixtures`]: tables that a test gives, and that no files hold.

use std::path::Path;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, new_null_array};
use arrow_schema::{Field, Schema, SchemaRef};
use datafusion::datasource::{MemTable, provider_as_source};
use datafusion::logical_expr::TableSource;
use lakequery_types::{nearest, same_name};

use crate::error::{Error, ErrorKind, Result, planning};
use crate::folder::{
    Stated, StatedColumn, TextFormat, matched, merge, rows_of_text, widened, wider,
};
use crate::types::{arrow_type, column_name};

/// The schema of a table that is given without one.
const DEFAULT_SCHEMA: &str = "default";

/// Tables in memory.
///
/// A query that was compiled is answered as by the table that it was compiled against: texts
/// are read as the types of its columns, numbers are widened to them, and a column that is
/// left out is NULL, if it may be.
#[derive(Clone, Debug, Default)]
pub struct Fixtures {
    tables: Vec<Fixture>,
}

#[derive(Clone, Debug)]
struct Fixture {
    schema: String,
    table: String,
    rows: Given,
}

/// The rows of a fixture.
#[derive(Clone, Debug)]
pub enum Given {
    /// Batches, which have the columns of the first one.
    Batches(Vec<RecordBatch>),
    /// CSV with a first line that names the columns.
    Csv(String),
    /// JSON: an object for each row, one after the other or in one array.
    Json(String),
}

impl Fixtures {
    /// Adds a table, `schema.table` or `table`.
    ///
    /// # Errors
    ///
    /// Where it has no name, or was added before.
    pub fn add(&mut self, name: &str, rows: Given) -> Result<()> {
        let (schema, table) = name.split_once('.').unwrap_or((DEFAULT_SCHEMA, name));
        let wrong = if schema.is_empty() || table.is_empty() {
            Some("is not a name; write `schema.table`")
        } else if self.find(schema, table).is_some() {
            Some("is given twice; put all rows of a table together")
        } else {
            None
        };
        if let Some(wrong) = wrong {
            return Err(Error::new(ErrorKind::Query, format!("the table `{name}` {wrong}")));
        }
        let (schema, table) = (schema.to_owned(), table.to_owned());
        self.tables.push(Fixture { schema, table, rows });
        Ok(())
    }

    /// The tables, each with its schema.
    pub fn names(&self) -> impl Iterator<Item = (&str, &str)> {
        self.tables.iter().map(|fixture| (fixture.schema.as_str(), fixture.table.as_str()))
    }

    /// The columns of a table, as far as its rows tell.
    ///
    /// # Errors
    ///
    /// Where it does not exist, or its rows can't be read.
    pub fn columns(&self, schema: &str, table: &str) -> Result<SchemaRef> {
        let fixture = self.find(schema, table).ok_or_else(|| self.missing(schema, table))?;
        Ok(fixture.rows(None)?.0)
    }

    /// The table of a name.
    pub(crate) fn table(
        &self,
        schema: Option<&str>,
        table: &str,
        stated: Option<&Stated>,
    ) -> Result<Arc<dyn TableSource>> {
        let schema = schema.unwrap_or(DEFAULT_SCHEMA);
        let fixture = self.find(schema, table).ok_or_else(|| self.missing(schema, table))?;
        let (schema, batches) = fixture.conforming(stated)?;
        let table = MemTable::try_new(schema, vec![batches]).map_err(planning)?;
        Ok(provider_as_source(Arc::new(table)))
    }

    fn find(&self, schema: &str, table: &str) -> Option<&Fixture> {
        let is_it = |fixture: &&Fixture| {
            same_name(&fixture.schema, schema) && same_name(&fixture.table, table)
        };
        self.tables.iter().find(is_it)
    }

    fn missing(&self, schema: &str, table: &str) -> Error {
        let name = format!("{schema}.{table}");
        let names: Vec<String> =
            self.names().map(|(schema, table)| format!("{schema}.{table}")).collect();
        let help = match nearest(&name, names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None if names.is_empty() => "give it rows before a query reads it".to_owned(),
            None => format!("the tables are {}", names.join(", ")),
        };
        Error::new(ErrorKind::NotFound, format!("the table `{name}` was not given")).with_help(help)
    }
}

impl Fixture {
    fn name(&self) -> String {
        format!("{}.{}", self.schema, self.table)
    }

    /// The columns, called as queries call them, and the rows.
    fn rows(&self, stated: Option<&Stated>) -> Result<(SchemaRef, Vec<RecordBatch>)> {
        let name = self.name();
        match &self.rows {
            Given::Csv(text) => rows_of_text(&name, TextFormat::Csv, text, stated),
            Given::Json(text) => rows_of_text(&name, TextFormat::Json, text, stated),
            Given::Batches(batches) => {
                let found = batches
                    .first()
                    .map(RecordBatch::schema)
                    .unwrap_or_else(|| Arc::new(Schema::empty()));
                let schema = Arc::new(merge(&[(Path::new(&name), Arc::clone(&found))])?);
                let places = matched(&schema, found.fields());
                let batches = batches.iter().map(|batch| {
                    if batch.schema().fields() != found.fields() {
                        let message =
                            format!("the batches of the table `{name}` differ in columns");
                        return Err(Error::new(ErrorKind::BrokenData, message)
                            .with_help("give batches of one schema"));
                    }
                    let columns = schema.fields().iter().zip(&places).map(|(field, place)| {
                        let column = batch.column(place.unwrap_or_default());
                        widened(column, field.data_type()).map_err(|error| planning(error.into()))
                    });
                    batch_of(&schema, columns.collect::<Result<_>>()?, batch.num_rows())
                });
                let batches = batches.collect::<Result<_>>()?;
                Ok((schema, batches))
            }
        }
    }

    /// The rows with the columns that a query was compiled for.
    fn conforming(&self, stated: Option<&Stated>) -> Result<(SchemaRef, Vec<RecordBatch>)> {
        let (found, batches) = self.rows(stated)?;
        let Some(stated) = stated else { return Ok((found, batches)) };
        let mut fields: Vec<Field> = found
            .fields()
            .iter()
            .map(|field| self.column(field, stated.column(field.name())))
            .collect::<Result<_>>()?;
        for column in &stated.columns {
            if found.fields().iter().any(|field| same_name(field.name(), &column.name)) {
                continue;
            }
            // What is not there, or has no type here, is refused where the query reads it: of
            // another table it may read a column of this name.
            if let Some(ty) = arrow_type(&column.ty).filter(|_| column.nullable) {
                fields.push(Field::new(column.name.to_lowercase(), ty, true));
            }
        }
        let schema = Arc::new(Schema::new(fields));
        let batches = batches.iter().map(|batch| self.batch(batch, &schema, stated));
        let batches = batches.collect::<Result<_>>()?;
        Ok((schema, batches))
    }

    /// The column of the type that is stated of it.
    fn column(&self, field: &Field, stated: Option<&StatedColumn>) -> Result<Field> {
        let ty = stated.and_then(|column| arrow_type(&column.ty));
        let Some(ty) = ty.filter(|ty| ty != field.data_type()) else { return Ok(field.clone()) };
        if wider(field.data_type(), &ty).is_some_and(|wide| wide.equals_datatype(&ty)) {
            return Ok(field.clone().with_data_type(ty));
        }
        Err(Error::new(
            ErrorKind::BrokenData,
            format!(
                "column {} of the table `{}` was given as {}, and the query was compiled for {}",
                field.name(),
                self.name(),
                column_name(field.data_type()),
                column_name(&ty)
            ),
        )
        .with_help("give values of that type, or refresh the snapshots with `cargo lake refresh`"))
    }

    fn batch(
        &self,
        batch: &RecordBatch,
        schema: &SchemaRef,
        stated: &Stated,
    ) -> Result<RecordBatch> {
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(schema.fields().len());
        for (i, field) in schema.fields().iter().enumerate() {
            let Some(column) = batch.columns().get(i) else {
                columns.push(new_null_array(field.data_type(), batch.num_rows()));
                continue;
            };
            let is_nullable = stated.column(field.name()).is_none_or(|column| column.nullable);
            if let Some(row) = first_null(column).filter(|_| !is_nullable) {
                return Err(self.never_null(field.name(), &format!("row {} has NULL", row + 1)));
            }
            let column = widened(column, field.data_type());
            columns.push(column.map_err(|error| planning(error.into()))?);
        }
        batch_of(schema, columns, batch.num_rows())
    }

    /// That a column without NULL has one.
    fn never_null(&self, column: &str, why: &str) -> Error {
        let name = self.name();
        Error::new(
            ErrorKind::BrokenData,
            format!("column {column} of the table `{name}` is never NULL, and {why}"),
        )
        .with_help("give it a value in every row")
    }
}

fn first_null(column: &ArrayRef) -> Option<usize> {
    (0..column.len()).find(|row| column.is_null(*row))
}

fn batch_of(schema: &SchemaRef, columns: Vec<ArrayRef>, rows: usize) -> Result<RecordBatch> {
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)
        .map_err(|error| planning(error.into()))
}
