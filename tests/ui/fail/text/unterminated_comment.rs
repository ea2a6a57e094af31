fn main() {
    let _ = lakequery::query!("SELECT o_orderkey /* the key FROM tpch.orders");
}
