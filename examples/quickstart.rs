//! Checked queries over real Parquet files, with no server.
//!
//! `cargo run --example quickstart` writes a small TPC-H lake to `data/` (once)
//! and runs six queries over it. Each was checked while this file compiled:
//! misspell a column and see what the compiler says.

use std::error::Error;
use std::fmt::Display;
use std::path::Path;

use comfy_table::{ContentArrangement, Table, presets::UTF8_BORDERS_ONLY};
use indicatif::{ProgressBar, ProgressStyle};
use lakequery::chrono::NaiveDate;
use lakequery::{Engine, LakeTable, Query, query, query_file, query_scalar};
use lakequery_examples::{SCALE_FACTOR, TABLES, write_tpch};

/// A struct that is held against its table: every field's name and type.
#[derive(LakeTable, Debug)]
#[lake(table = "tpch.nation")]
struct Nation {
    n_nationkey: i64,
    n_name: String,
    n_regionkey: i64,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    write_data(Path::new("data"))?;
    let lake = lakequery::connect("datafusion:data/").await?;

    let nations = Nation::scan();
    title("A table as a struct", &nations);
    let rows = nations.fetch_all(&lake).await?;
    print(
        ["n_nationkey", "n_name", "n_regionkey"],
        rows.iter().take(5).map(|n| cells([&n.n_nationkey, &n.n_name, &n.n_regionkey])),
    );

    // Parameters are Rust expressions in braces; a list stands after IN.
    let since = NaiveDate::from_ymd_opt(1998, 7, 30).ok_or("no such day")?;
    let statuses = ["O", "P"];
    let recent = query!(
        SELECT o_orderkey, o_orderdate, o_orderstatus, o_totalprice
        FROM tpch.orders
        WHERE o_orderdate >= {since} AND o_orderstatus IN {statuses}
        ORDER BY o_totalprice DESC
        LIMIT {5}
    );
    title("A filter with parameters and a list", &recent);
    let rows = recent.fetch_all(&lake).await?;
    print(
        ["o_orderkey", "o_orderdate", "o_orderstatus", "o_totalprice"],
        rows.iter().map(|row| {
            cells([&row.o_orderkey, &row.o_orderdate, &row.o_orderstatus, &row.o_totalprice])
        }),
    );

    let spending = query!(
        SELECT c.c_name, count(*) AS orders, sum(o.o_totalprice) AS spent
        FROM tpch.customer AS c JOIN tpch.orders AS o ON o.o_custkey = c.c_custkey
        GROUP BY c.c_name
        ORDER BY spent DESC
        LIMIT 5
    );
    title("A join with exact sums", &spending);
    let rows = spending.fetch_all(&lake).await?;
    print(
        ["c_name", "orders", "spent"],
        rows.iter().map(|row| cells([&row.c_name, &row.orders, &row.spent])),
    );

    // The order's columns are `Option`s, because the join may find none.
    let latest = query!(
        SELECT c.c_name, o.o_orderkey, o.o_orderdate
        FROM tpch.customer AS c LEFT JOIN tpch.orders AS o
            ON o.o_custkey = c.c_custkey AND o.o_orderdate >= {since}
        WHERE c.c_nationkey = 7
        ORDER BY o.o_orderdate DESC NULLS LAST, c.c_name
        LIMIT 6
    );
    title("An outer join: columns that may be NULL", &latest);
    let rows = latest.fetch_all(&lake).await?;
    print(
        ["c_name", "o_orderkey", "o_orderdate"],
        rows.iter().map(|row| {
            let key = row.o_orderkey.map_or("none".to_owned(), |key| key.to_string());
            let date = row.o_orderdate.map_or("none".to_owned(), |date| date.to_string());
            cells([&row.c_name, &key, &date])
        }),
    );

    let ranked = query!(
        SELECT n_name, c_name, c_acctbal, place
        FROM (
            SELECT n_name, c_name, c_acctbal,
                rank() OVER (PARTITION BY n_name ORDER BY c_acctbal DESC) AS place
            FROM tpch.customer JOIN tpch.nation ON c_nationkey = n_nationkey
        ) AS ranked
        WHERE place <= 2 AND n_name IN ("FRANCE", "JAPAN", "PERU")
        ORDER BY n_name, place
    );
    title("A window function", &ranked);
    let rows = ranked.fetch_all(&lake).await?;
    print(
        ["n_name", "c_name", "c_acctbal", "place"],
        rows.iter().map(|row| cells([&row.n_name, &row.c_name, &row.c_acctbal, &row.place])),
    );

    let pricing = query_file!("../tests/tpch/q01.sql");
    title("A query from a file: TPC-H 1", &pricing);
    let rows = pricing.fetch_all(&lake).await?;
    print(
        ["l_returnflag", "l_linestatus", "sum_disc_price", "avg_price", "count_order"],
        rows.iter().map(|row| {
            cells([
                &row.l_returnflag,
                &row.l_linestatus,
                &row.sum_disc_price,
                &row.avg_price,
                &row.count_order,
            ])
        }),
    );

    let lines = query_scalar!(SELECT count(*) FROM tpch.lineitem).fetch_one(&lake).await?;
    println!("All of that over {lines} order lines, with no server.");
    Ok(())
}

/// Writes the lake where it is not there yet, with a progress bar.
fn write_data(folder: &Path) -> Result<(), Box<dyn Error>> {
    let bar = ProgressBar::new(TABLES.len() as u64)
        .with_style(ProgressStyle::with_template("{msg:24} {wide_bar} {pos}/{len}")?);
    bar.set_message("writing TPC-H to data/");
    write_tpch(folder, SCALE_FACTOR, |_| bar.inc(1))?;
    bar.finish_and_clear();
    Ok(())
}

/// Prints what comes next, and the SQL that each engine is sent.
fn title<R>(title: &str, query: &Query<R>) {
    println!("\n{title}");
    for engine in Engine::ALL {
        if let Some(sql) = query.sql(engine) {
            println!("  {:<11} {sql}", format!("{engine}:"));
        }
    }
}

fn cells<const N: usize>(values: [&dyn Display; N]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}

fn print<const N: usize>(header: [&str; N], rows: impl Iterator<Item = Vec<String>>) {
    let mut table = Table::new();
    table
        .load_preset(UTF8_BORDERS_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(header)
        .add_rows(rows);
    println!("{table}");
}
