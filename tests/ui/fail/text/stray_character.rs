fn main() {
    let _ = lakequery::query!("SELECT o_orderkey FROM tpch.orders WHERE o_orderkey = 1 § 2");
}
