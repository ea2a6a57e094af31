//! TPC-H, 22 of 22: the same queries, compiled once, give on every engine the
//! rows that `tests/answers/tpch` holds. Their column types are held against
//! what was compiled by the runtime itself.

use std::sync::Arc;

use anyhow::{Context, Result};
use lakequery::{Lake, query_file};
use serde_json::Value as Json;

use crate::compile::root;
use crate::show::{Show, same};
use crate::suite::{ALL, Case, Checks, Site, case};

pub(crate) const CASES: &[Case] = &[case!("tpch: 22 of 22", ALL, all)];

/// Runs a query and gives its rows as JSON.
macro_rules! rows {
    ($lake:expr, $query:expr, $($field:ident)*) => {{
        let rows = $query.fetch_all($lake).await?;
        rows.iter().map(|row| Json::Array(vec![$(row.$field.show()),*])).collect()
    }};
}

async fn all(site: Arc<Site>) -> Result<Checks> {
    let lake = site.lake().await?;
    let mut checks = Checks::default();
    for name in NAMES {
        let path = root().join(format!("tests/answers/tpch/{name}.json"));
        let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let answer: Json = serde_json::from_str(&text)?;
        let found = run(&lake, name).await;
        let right = found.as_ref().is_ok_and(|found| same(found, &answer["rows"]));
        checks.check(right, || match found {
            Ok(found) => format!("{name}\nexpected {}\nfound    {found}", answer["rows"]),
            Err(error) => format!("{name}: {error:#}"),
        });
    }
    Ok(checks)
}

const NAMES: [&str; 22] = [
    "q01", "q02", "q03", "q04", "q05", "q06", "q07", "q08", "q09", "q10", "q11", "q12", "q13",
    "q14", "q15", "q16", "q17", "q18", "q19", "q20", "q21", "q22",
];

#[rustfmt::skip] // a table
async fn run(lake: &Lake, name: &str) -> Result<Json> {
    Ok(match name {
        "q01" => rows!(lake, query_file!("../tpch/q01.sql"), l_returnflag l_linestatus sum_qty sum_base_price sum_disc_price sum_charge avg_qty avg_price avg_disc count_order),
        "q02" => rows!(lake, query_file!("../tpch/q02.sql"), s_acctbal s_name n_name p_partkey p_mfgr s_address s_phone s_comment),
        "q03" => rows!(lake, query_file!("../tpch/q03.sql"), l_orderkey revenue o_orderdate o_shippriority),
        "q04" => rows!(lake, query_file!("../tpch/q04.sql"), o_orderpriority order_count),
        "q05" => rows!(lake, query_file!("../tpch/q05.sql"), n_name revenue),
        "q06" => rows!(lake, query_file!("../tpch/q06.sql"), revenue),
        "q07" => rows!(lake, query_file!("../tpch/q07.sql"), supp_nation cust_nation l_year revenue),
        "q08" => rows!(lake, query_file!("../tpch/q08.sql"), o_year mkt_share),
        "q09" => rows!(lake, query_file!("../tpch/q09.sql"), nation o_year sum_profit),
        "q10" => rows!(lake, query_file!("../tpch/q10.sql"), c_custkey c_name revenue c_acctbal n_name c_address c_phone c_comment),
        "q11" => rows!(lake, query_file!("../tpch/q11.sql"), ps_partkey value),
        "q12" => rows!(lake, query_file!("../tpch/q12.sql"), l_shipmode high_line_count low_line_count),
        "q13" => rows!(lake, query_file!("../tpch/q13.sql"), c_count custdist),
        "q14" => rows!(lake, query_file!("../tpch/q14.sql"), promo_revenue),
        "q15" => rows!(lake, query_file!("../tpch/q15.sql"), s_suppkey s_name s_address s_phone total_revenue),
        "q16" => rows!(lake, query_file!("../tpch/q16.sql"), p_brand p_type p_size supplier_cnt),
        "q17" => rows!(lake, query_file!("../tpch/q17.sql"), avg_yearly),
        "q18" => rows!(lake, query_file!("../tpch/q18.sql"), c_name c_custkey o_orderkey o_orderdate o_totalprice total_quantity),
        "q19" => rows!(lake, query_file!("../tpch/q19.sql"), revenue),
        "q20" => rows!(lake, query_file!("../tpch/q20.sql"), s_name s_address),
        "q21" => rows!(lake, query_file!("../tpch/q21.sql"), s_name numwait),
        "q22" => rows!(lake, query_file!("../tpch/q22.sql"), cntrycode numcust totacctbal),
        name => anyhow::bail!("there is no query {name}"),
    })
}
