//! lakequery: `query!` with bare tokens, for the default targets.

use std::path::Path;

use super::signature;
use crate::lake::Lake;
use crate::query::{Query, Verb};
use crate::sql::{Spelling, sql};

pub(super) const HEADER: &str = "\
use lakequery::chrono::NaiveDate;
use lakequery::{Decimal, Lake, Result, query};
";

pub(super) fn dependencies(repository: &Path) -> String {
    format!("lakequery = {{ path = {:?} }}\n", repository.join("runtime"))
}

pub(super) fn function(name: &str, query: &Query<'_>) -> String {
    let parameters = signature(query, "Decimal");
    let sql = sql(query, Spelling::Lake);
    let (verb, count) = match query.verb {
        Verb::All => ("fetch_all", "rows.len()"),
        Verb::One => ("fetch_one", "size_of_val(&rows)"),
        Verb::Optional => ("fetch_optional", "usize::from(rows.is_some())"),
    };
    format!(
        "\npub async fn {name}(lake: &Lake{parameters}) -> Result<usize> {{
    let rows = query!(
        {sql}
    ).{verb}(lake).await?;
    Ok({count})
}}\n"
    )
}

/// The snapshots as they stand in the repository, and a `lake.toml`.
pub(super) fn files(lake: &Lake) -> Vec<(String, String)> {
    let config = "targets = [\"datafusion\", \"trino\"]\n";
    let snapshots = lake
        .tables()
        .iter()
        .map(|table| (format!("schemas/tpch/{}.toml", table.name), table.snapshot.clone()));
    snapshots.chain([("lake.toml".to_owned(), config.to_owned())]).collect()
}
