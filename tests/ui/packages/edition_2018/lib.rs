#![deny(warnings)]

#[derive(lakequery::LakeTable)]
#[lake(table = "tpch.orders")]
pub struct Order {
    pub o_orderkey: i64,
}

pub fn gen(r#async: i64) -> lakequery::Query<i64> {
    lakequery::query_scalar!(SELECT o_orderkey AS gen FROM tpch.orders WHERE o_orderkey = {r#async})
}

pub fn keys() -> Vec<String> {
    let query = lakequery::query!(SELECT o_orderkey AS dyn, o_orderkey AS gen FROM tpch.orders);
    query.sql(lakequery::Engine::Trino).into_iter().collect()
}
