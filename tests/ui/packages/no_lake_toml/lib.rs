#[derive(lakequery::LakeTable)]
#[lake(table = "tpch.orders")]
pub struct Order {
    pub o_orderkey: i64,
}

pub fn keys(since: lakequery::chrono::NaiveDate) {
    let _ = lakequery::query!(SELECT o_orderkey FROM tpch.orders WHERE o_orderdate > {since});
    let _ = lakequery::query!("SELECT o_orderkey FROM tpch.orders WHERE o_orderdate > {since}");
    let _ = lakequery::query_file!("orders.sql");
}
