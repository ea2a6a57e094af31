//! The table `live.rows`, which is read to measure: as many rows as are asked
//! for, made of TPC-H's. `schemas/live/rows.toml` is its snapshot.

use anyhow::Result;
use lakequery_engines::Server;
use lakequery_types::Engine;

/// The catalog that gives its rows quickest, where there are catalogs.
pub(crate) fn quickest(engine: Engine) -> Option<&'static str> {
    matches!(engine, Engine::Trino | Engine::Presto).then_some("memory")
}

/// The server's URL with another catalog.
pub(crate) fn url(server: &Server, catalog: Option<&str>) -> String {
    match (server.url.rsplit_once('/'), catalog) {
        (Some((start, _)), Some(catalog)) => format!("{start}/{catalog}"),
        _ => server.url.clone(),
    }
}

/// A query of the whole table.
pub(crate) fn query(catalog: Option<&str>) -> String {
    format!("SELECT id, price, comment, amount, day FROM {}", name(catalog))
}

/// Makes the table in this catalog or the one of the server's URL, instead of
/// the one that is there.
pub(crate) fn make(server: &Server, catalog: Option<&str>, rows: u64) -> Result<()> {
    let table = name(catalog);
    let (using, columns, source) = match server.engine {
        // Its files hold 60,175 rows: some of them come several times.
        Engine::Spark => (
            " USING parquet",
            "l_orderkey + i AS id, CAST(l_extendedprice AS double) AS price, l_comment AS comment, \
             l_extendedprice AS amount, l_shipdate AS day",
            "tpch.lineitem CROSS JOIN (SELECT id AS i FROM range(17))",
        ),
        _ => (
            "",
            "l_orderkey AS id, CAST(l_extendedprice AS double) AS price, \
             CAST(l_comment AS varchar) AS comment, \
             CAST(l_extendedprice AS decimal(15,2)) AS amount, l_shipdate AS day",
            "tpch.sf1.lineitem",
        ),
    };
    let schema = table.trim_end_matches(".rows");
    server.execute(&format!("CREATE SCHEMA IF NOT EXISTS {schema}"))?;
    server.execute(&format!("DROP TABLE IF EXISTS {table}"))?;
    server.execute(&format!(
        "CREATE TABLE {table}{using} AS SELECT {columns} FROM {source} LIMIT {rows}"
    ))
}

/// The empty table for the embedded engine, beside the TPC-H tables that it has.
#[cfg(feature = "embedded")]
pub(crate) async fn write(lake: &std::path::Path) -> Result<()> {
    std::fs::create_dir_all(lake.join("live"))?;
    let tables = lakequery::connect(&format!("datafusion:{}", lake.display())).await?;
    let query = "SELECT l_orderkey AS id, CAST(l_extendedprice AS double) AS price, \
                 l_comment AS comment, l_extendedprice AS amount, l_shipdate AS day \
                 FROM tpch.lineitem LIMIT 0";
    crate::tables::write(&tables, query, &lake.join("live/rows.parquet")).await;
    Ok(())
}

fn name(catalog: Option<&str>) -> String {
    catalog.map_or("live.rows".into(), |catalog| format!("{catalog}.live.rows"))
}
