fn main() {
    let _ = lakequery::query!(SELECT o_orderkey o_custkey o_orderdate FROM tpch.orders);
}
