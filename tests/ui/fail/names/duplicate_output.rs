fn main() {
    let _ = lakequery::query!(SELECT o_orderkey AS k, o_custkey AS k FROM tpch.orders);
}
