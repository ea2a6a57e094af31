//! Aggregate functions whose meaning or types differ from DataFusion's, and
//! those that it does not have.

mod best;
mod checksum;
mod distinct;
mod frequent;
mod gathered;
mod maps;
mod min_max_by;
mod percentile;
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
    aggregates.extend(renamed::aggregates());
    let gathered = [
        best::aggregates(),
        checksum::aggregates(),
        frequent::aggregates(),
        maps::aggregates(),
        percentile::aggregates(),
    ];
    aggregates.extend(gathered.into_iter().flatten().map(AggregateUDF::from));
    aggregates.into_iter().map(Arc::new).collect()
}
