//! Parameters and large results: filters that may be missing, lists, pages, rows as they
//! come, Arrow batches, and a query that is given up.
//!
//! `cargo run --example parameters` writes a small TPC-H lake to `data/` (once) and reads it.

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use lakequery::arrow_array::RecordBatch;
use lakequery::chrono::NaiveDate;
use lakequery::{Decimal, Lake, Query, query, query_as, query_scalar};
use lakequery_examples::{SCALE_FACTOR, write_tpch};

/// What a user may ask orders for; what is `None` is not asked for.
#[derive(Clone, Debug, Default)]
struct Filter {
    since: Option<NaiveDate>,
    least: Option<Decimal>,
    /// Any of these; all if empty.
    statuses: Vec<String>,
}

#[derive(Clone, Debug)]
struct Order {
    key: i64,
    day: NaiveDate,
    price: Decimal,
}

/// Orders that pass a filter, from the one after `after` on: a page of them.
fn orders(filter: &Filter, after: Option<&Order>, page: usize) -> Query<Order> {
    let all = filter.statuses.is_empty();
    let (day, key) = (after.map(|order| order.day), after.map(|order| order.key));
    query_as!(
        Order,
        SELECT o_orderkey AS key, o_orderdate AS day, o_totalprice AS price
        FROM tpch.orders
        WHERE ({filter.since} IS NULL OR o_orderdate >= {filter.since})
            AND ({filter.least} IS NULL OR o_totalprice >= {filter.least})
            AND ({all} OR o_orderstatus IN {filter.statuses})
            AND ({day} IS NULL OR o_orderdate > {day} OR (o_orderdate = {day} AND o_orderkey > {key}))
        ORDER BY o_orderdate, o_orderkey
        LIMIT {page}
    )
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    write_tpch(Path::new("data"), SCALE_FACTOR, |_| {})?;
    let lake = lakequery::connect("datafusion:data/").await?;
    pages(&lake).await?;
    rows_as_they_come(&lake).await?;
    arrow_batches(&lake).await?;
    given_up(&lake).await;
    Ok(())
}

async fn pages(lake: &Lake) -> Result<(), Box<dyn Error>> {
    let filter = Filter {
        since: NaiveDate::from_ymd_opt(1998, 7, 1),
        least: Some("300000".parse()?),
        statuses: vec!["O".to_owned(), "P".to_owned()],
    };
    println!("{filter:?}");
    let mut last: Option<Order> = None;
    for page in 1.. {
        let orders = orders(&filter, last.as_ref(), 3).fetch_all(lake).await?;
        if orders.is_empty() {
            break;
        }
        println!("page {page}");
        for Order { key, day, price } in &orders {
            println!("  {key:>6} {day} {price:>10}");
        }
        last = orders.into_iter().next_back();
    }
    Ok(())
}

/// Only a few batches are in memory, however many rows there are.
async fn rows_as_they_come(lake: &Lake) -> lakequery::Result<()> {
    let mut rows = query!(SELECT l_orderkey, l_extendedprice FROM tpch.lineitem)
        .on_progress(|progress| {
            if progress.rows > 0 && progress.rows % 16_384 == 0 {
                println!("  {} rows so far", progress.rows);
            }
        })
        .fetch(lake);
    let mut dearest: Option<(Decimal, i64)> = None;
    while let Some(row) = rows.next().await.transpose()? {
        dearest = dearest.max(Some((row.l_extendedprice, row.l_orderkey)));
    }
    println!("the dearest line: {dearest:?}");
    Ok(())
}

async fn arrow_batches(lake: &Lake) -> lakequery::Result<()> {
    let query = query!(SELECT c_custkey, c_acctbal FROM tpch.customer WHERE c_acctbal < 0);
    let mut stream = query.fetch_arrow(lake).await?;
    let mut batches: Vec<RecordBatch> = Vec::new();
    while let Some(batch) = stream.next().await {
        batches.push(batch?);
    }
    let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
    println!("{rows} customers in debt, in {} Arrow batches", batches.len());
    Ok(())
}

/// A query ends when its future is dropped, as a time limit does.
async fn given_up(lake: &Lake) {
    let query = query_scalar!(
        SELECT count(*) FROM tpch.lineitem AS a CROSS JOIN tpch.lineitem AS b
        WHERE a.l_comment < b.l_comment
    );
    match tokio::time::timeout(Duration::from_millis(200), query.fetch_one(lake)).await {
        Ok(count) => println!("{count:?} pairs"),
        Err(_) => println!("given up after 200 ms"),
    }
}
