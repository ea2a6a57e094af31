//! Which files of a table a query needs, told by their partitions alone: no file is opened.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, BooleanArray, RecordBatch, RecordBatchOptions};
use arrow_schema::Schema;
use datafusion::catalog::Session;
use datafusion::common::{DFSchema, Result, plan_err};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};

use super::partitions::Partitions;

/// The numbers of the files, of so many, whose rows can satisfy all filters.
///
/// A filter that also needs other columns excludes no file, nor does one that fails for some
/// value: whether that value comes to be looked at is not known here.
pub(super) fn kept(
    state: &dyn Session,
    partitions: &Partitions,
    files: usize,
    filters: &[Expr],
) -> Result<Vec<usize>> {
    let mut kept: Vec<bool> = vec![true; files];
    let filters: Vec<&Expr> = filters.iter().filter(|filter| tells(partitions, filter)).collect();
    if !filters.is_empty() && files > 0 {
        let schema = Arc::new(Schema::new(partitions.fields().clone()));
        let options = RecordBatchOptions::new().with_row_count(Some(files));
        let values = partitions.values().to_vec();
        let rows = RecordBatch::try_new_with_options(Arc::clone(&schema), values, &options)?;
        let schema = DFSchema::try_from(schema)?;
        for filter in filters {
            let Ok(matches) = matches(state, &schema, &rows, filter) else { continue };
            for (i, kept) in kept.iter_mut().enumerate() {
                *kept &= matches.is_valid(i) && matches.value(i);
            }
        }
    }
    Ok((0..files).filter(|file| kept[*file]).collect())
}

fn matches(
    state: &dyn Session,
    schema: &DFSchema,
    rows: &RecordBatch,
    filter: &Expr,
) -> Result<BooleanArray> {
    let filter = state.create_physical_expr(filter.clone(), schema)?;
    let values = filter.evaluate(rows)?.into_array(rows.num_rows())?;
    match values.as_boolean_opt() {
        Some(matches) => Ok(matches.clone()),
        None => plan_err!("the filter is {}", values.data_type()),
    }
}

/// Whether the values of the partitions are all that the filter needs.
fn tells(partitions: &Partitions, filter: &Expr) -> bool {
    let columns = filter.column_refs();
    !columns.is_empty()
        && !filter.is_volatile()
        && columns.iter().all(|column| partitions.fields().find(column.name()).is_some())
}

/// What becomes of filters: those that partitions tell are looked at here, and again on the
/// rows that are read.
pub(super) fn pushed_down(
    partitions: &Partitions,
    filters: &[&Expr],
) -> Vec<TableProviderFilterPushDown> {
    let pushed = |filter: &&Expr| match tells(partitions, filter) {
        true => TableProviderFilterPushDown::Inexact,
        false => TableProviderFilterPushDown::Unsupported,
    };
    filters.iter().map(pushed).collect()
}
