//! What the engines say of the same tables agrees with the snapshots in
//! `schemas/tpch`, so all of them agree with each other.
//!
//! Nullability is left out: the snapshots know that no column is ever NULL, which
//! tables on a lake don't declare.

use std::sync::Arc;

use anyhow::{Context, Error, Result};
use lakequery::Type;
use lakequery::reflect::ReflectOptions;
use lakequery_compiler::snapshot::Snapshots;
use lakequery_examples::TABLES;
use lakequery_project::Store;

use crate::compile::root;
use crate::suite::{ALL, Case, Checks, Site, case};

pub(crate) const CASES: &[Case] = &[case!("reflection: TPC-H as in the snapshots", ALL, tables)];

async fn tables(site: Arc<Site>) -> Result<Checks> {
    let lake = site.lake().await?;
    let snapshots = Store::new(root().join("schemas"));
    let mut checks = Checks::default();
    let mut found = Vec::new();
    let mut reflection = lake.reflect(ReflectOptions::schemas(["tpch"])).await?;
    while let Some(table) = reflection.next().await {
        let table = table?;
        let snapshot = snapshots.table("tpch", &table.name).map_err(Error::msg)?;
        let snapshot =
            snapshot.with_context(|| format!("there is no snapshot of {}", table.name))?;
        let expected: Vec<_> = snapshot
            .columns
            .iter()
            .map(|column| (column.name.clone(), plain(&column.ty)))
            .collect();
        let columns: Vec<_> =
            table.columns.iter().map(|column| (column.name.clone(), plain(&column.ty))).collect();
        checks.check(columns == expected && table.skipped.is_empty(), || {
            format!(
                "{}\nsnapshot {expected:?}\nengine   {columns:?}, skipped {:?}",
                table.name, table.skipped
            )
        });
        found.push(table.name);
    }
    found.sort();
    let mut expected = TABLES;
    expected.sort_unstable();
    checks.check(found == expected, || format!("the tables are {found:?}"));
    Ok(checks)
}

/// A type without the length of texts, which nothing depends on.
fn plain(ty: &Type) -> Type {
    match ty {
        Type::Varchar(_) => Type::VARCHAR,
        ty => ty.clone(),
    }
}
