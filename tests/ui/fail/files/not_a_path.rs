fn main() {
    let _ = lakequery::query_file!(SELECT o_orderkey FROM tpch.orders);
}
