fn main() {
    let key = 1_i64;
    let _ = lakequery::query!("SELECT o_orderkey FROM tpch.orders WHERE o_orderkey = ?", key);
}
