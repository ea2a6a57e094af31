//! The columns of a table, in the words of one of its files: under the file's names, of its
//! types, and NULL where the file does not have them.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{DataType, FieldRef, Schema, SchemaRef};
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::ColumnarValue;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{CastExpr, Column, Literal};
use datafusion::physical_expr_adapter::{PhysicalExprAdapter, PhysicalExprAdapterFactory};

use super::super::columns::matched;
use super::super::widen::widened;

/// Makes expressions over the table's columns such over a file's.
#[derive(Debug)]
pub(super) struct ToFiles;

impl PhysicalExprAdapterFactory for ToFiles {
    fn create(
        &self,
        logical_file_schema: SchemaRef,
        physical_file_schema: SchemaRef,
    ) -> Result<Arc<dyn PhysicalExprAdapter>> {
        let matched = matched(&logical_file_schema, physical_file_schema.fields());
        Ok(Arc::new(ToFile { table: logical_file_schema, file: physical_file_schema, matched }))
    }
}

#[derive(Debug)]
struct ToFile {
    table: SchemaRef,
    file: SchemaRef,
    /// For each column of the table the number of the file's.
    matched: Vec<Option<usize>>,
}

impl PhysicalExprAdapter for ToFile {
    fn rewrite(&self, expr: Arc<dyn PhysicalExpr>) -> Result<Arc<dyn PhysicalExpr>> {
        let rewritten = expr.transform_up(|expr| match expr.downcast_ref::<Column>() {
            Some(column) => Ok(Transformed::yes(self.column(column.name())?)),
            None => Ok(Transformed::no(expr)),
        });
        rewritten.data()
    }
}

impl ToFile {
    fn column(&self, name: &str) -> Result<Arc<dyn PhysicalExpr>> {
        let Some((i, field)) = self.table.fields().find(name) else {
            return internal_err!("the table has no column {name}");
        };
        let Some(i) = self.matched[i] else {
            let null = ScalarValue::try_from(field.data_type())?;
            return Ok(Arc::new(Literal::new(null)));
        };
        let found = self.file.field(i);
        let column = Arc::new(Column::new(found.name(), i));
        Ok(if found.data_type() == field.data_type() {
            column
        } else if compares_alike(found.data_type(), field.data_type()) {
            Arc::new(CastExpr::new_with_target_field(column, Arc::clone(field), None))
        } else {
            Arc::new(Widened { column, field: Arc::clone(field) })
        })
    }
}

/// Whether a cast may be taken apart: DataFusion compares a column of the file with a constant
/// that it casts back, to pass over what can't match. It cuts a moment to the file's unit, so
/// that other rows match.
fn compares_alike(file: &DataType, table: &DataType) -> bool {
    let file = match file {
        DataType::Dictionary(_, value) => value,
        file => file,
    };
    (file.is_integer() && table.is_integer()) || (file.is_string() && table.is_string())
}

/// A column of a narrower type, or of values of narrower types, some of them missing.
#[derive(Debug, Eq)]
struct Widened {
    column: Arc<dyn PhysicalExpr>,
    field: FieldRef,
}

impl PartialEq for Widened {
    fn eq(&self, other: &Widened) -> bool {
        self.column.eq(&other.column) && self.field == other.field
    }
}

impl Hash for Widened {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.column.hash(state);
        self.field.hash(state);
    }
}

impl fmt::Display for Widened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "widened({})", self.column)
    }
}

impl PhysicalExpr for Widened {
    fn return_field(&self, _: &Schema) -> Result<FieldRef> {
        Ok(Arc::clone(&self.field))
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        let values = self.column.evaluate(batch)?.into_array(batch.num_rows())?;
        Ok(ColumnarValue::Array(widened(&values, self.field.data_type())?))
    }

    fn children(&self) -> Vec<&Arc<dyn PhysicalExpr>> {
        vec![&self.column]
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn PhysicalExpr>>,
    ) -> Result<Arc<dyn PhysicalExpr>> {
        match children.pop() {
            Some(column) => Ok(Arc::new(Widened { column, field: Arc::clone(&self.field) })),
            None => internal_err!("a widened column without the column"),
        }
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
