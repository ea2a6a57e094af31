fn main() {
    let keys = vec![1_i64, 2];
    let _ = lakequery::query!(SELECT o_orderkey FROM tpch.orders WHERE o_orderstatus IN {keys});
}
