//! Aggregate functions whose meaning or types differ from DataFusion's, and
//! those that it does not have.

mod distinct;
mod maps;
mod min_max_by;
mod renamed;
mod sum_avg;
mod variance;

use std::sync::Arc;

use datafusion::logical_expr::AggregateUDF;

/// The aggregate functions of the session.
pub(crate) fn aggregates() -> Vec<Arc<AggregateUDF>> {
    let mut aggregates = sum_avg::aggregates();
    aggregates.extend(min_max_by::aggregates());
    aggregates.extend(variance::aggregates());
    aggregates.extend(maps::aggregates());
    aggregates.extend(renamed::aggregates());
    aggregates.into_iter().map(Arc::new).collect()
}
