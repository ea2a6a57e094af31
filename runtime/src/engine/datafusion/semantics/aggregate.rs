//! Aggregate functions whose meaning or types differ from DataFusion's, and
//! those that it does not have.

mod borrowed;
mod by;
mod distinct;
mod moments;
mod total;

use std::sync::Arc;

use datafusion::logical_expr::AggregateUDF;

/// The aggregate functions of the session.
pub(super) fn aggregates() -> Vec<Arc<AggregateUDF>> {
    let mut aggregates = total::aggregates();
    aggregates.extend(by::aggregates());
    aggregates.extend(moments::aggregates());
    aggregates.extend(borrowed::aggregates());
    aggregates.into_iter().map(Arc::new).collect()
}
