//! TPC-H, 22 of 22, through `query_file!`: typed rows equal to those of a real
//! Trino 476 over the same data, and the column types that it gave.
//!
//! `tests/answers/tpch` holds what Trino answered to the SQL in
//! the cases of `tests/cases/tpch.md`, over the tables of its tpch connector at scale 0.01 cast
//! to the types of `schemas/tpch`.

use lakequery::{Lake, Type, query_file};
use serde_json::Value as Json;

use crate::common::{compile_text, config_for, root};
use crate::show::{Show, same};

fn answer(name: &str) -> (Vec<Type>, Json) {
    let path = root().join(format!("tests/answers/tpch/{name}.json"));
    let text = std::fs::read_to_string(path).expect("Trino's answer");
    let answer: Json = serde_json::from_str(&text).expect("JSON");
    let types = answer["types"].as_array().expect("types").iter();
    let types = types.map(|ty| Type::parse(ty.as_str().expect("a name")).expect("a type"));
    (types.collect(), answer["rows"].clone())
}

/// What the compiler inferred, lengths of texts aside.
fn check_types(name: &str, trino: &[Type]) {
    let sql = std::fs::read_to_string(root().join(format!("tests/tpch/{name}.sql"))).expect("SQL");
    let compiled = compile_text(&sql, &config_for("\"trino\""), true).expect("it compiles");
    let plain = |ty: &Type| match ty {
        Type::Varchar(_) => Type::VARCHAR,
        ty => ty.clone(),
    };
    let inferred: Vec<Type> = compiled.columns.iter().map(|column| plain(&column.ty)).collect();
    let trino: Vec<Type> = trino.iter().map(plain).collect();
    assert_eq!(inferred, trino, "the types of {name}");
}

macro_rules! check {
    ($lake:expr, $name:literal, $query:expr, $($field:ident)*) => {{
        let rows = $query.fetch_all($lake).await.expect($name);
        let rows = rows.iter().map(|row| Json::Array(vec![$(row.$field.show()),*]));
        compare($name, Json::Array(rows.collect()));
    }};
}

fn compare(name: &str, found: Json) {
    let (types, expected) = answer(name);
    check_types(name, &types);
    assert!(same(&found, &expected), "{name}\n  Trino    {expected}\n  embedded {found}");
    println!("{name}: {} rows as Trino", expected.as_array().map_or(0, Vec::len));
}

async fn lake() -> Lake {
    let folder = lakequery_tests::tpch();
    lakequery::connect(&format!("datafusion:{}", folder.display())).await.expect("the lake")
}

#[tokio::test(flavor = "multi_thread")]
async fn tpch_is_as_trino_answers_it() {
    let lake = &lake().await;
    check!(lake, "q01", query_file!("tpch/q01.sql"), l_returnflag l_linestatus sum_qty sum_base_price sum_disc_price sum_charge avg_qty avg_price avg_disc count_order);
    check!(lake, "q02", query_file!("tpch/q02.sql"), s_acctbal s_name n_name p_partkey p_mfgr s_address s_phone s_comment);
    check!(lake, "q03", query_file!("tpch/q03.sql"), l_orderkey revenue o_orderdate o_shippriority);
    check!(lake, "q04", query_file!("tpch/q04.sql"), o_orderpriority order_count);
    check!(lake, "q05", query_file!("tpch/q05.sql"), n_name revenue);
    check!(lake, "q06", query_file!("tpch/q06.sql"), revenue);
    check!(lake, "q07", query_file!("tpch/q07.sql"), supp_nation cust_nation l_year revenue);
    check!(lake, "q08", query_file!("tpch/q08.sql"), o_year mkt_share);
    check!(lake, "q09", query_file!("tpch/q09.sql"), nation o_year sum_profit);
    check!(lake, "q10", query_file!("tpch/q10.sql"), c_custkey c_name revenue c_acctbal n_name c_address c_phone c_comment);
    check!(lake, "q11", query_file!("tpch/q11.sql"), ps_partkey value);
    check!(lake, "q12", query_file!("tpch/q12.sql"), l_shipmode high_line_count low_line_count);
    check!(lake, "q13", query_file!("tpch/q13.sql"), c_count custdist);
    check!(lake, "q14", query_file!("tpch/q14.sql"), promo_revenue);
    check!(lake, "q15", query_file!("tpch/q15.sql"), s_suppkey s_name s_address s_phone total_revenue);
    check!(lake, "q16", query_file!("tpch/q16.sql"), p_brand p_type p_size supplier_cnt);
    check!(lake, "q17", query_file!("tpch/q17.sql"), avg_yearly);
    check!(lake, "q18", query_file!("tpch/q18.sql"), c_name c_custkey o_orderkey o_orderdate o_totalprice total_quantity);
    check!(lake, "q19", query_file!("tpch/q19.sql"), revenue);
    check!(lake, "q20", query_file!("tpch/q20.sql"), s_name s_address);
    check!(lake, "q21", query_file!("tpch/q21.sql"), s_name numwait);
    check!(lake, "q22", query_file!("tpch/q22.sql"), cntrycode numcust totacctbal);
}
