fn main() {
    let _ = lakequery::query!(SELECT o_orderkey AS x FROM tpch.orders UNION ALL SELECT c_name FROM tpch.customer);
}
