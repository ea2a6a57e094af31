fn main() {
    let _ = lakequery::query!(b"SELECT o_orderkey FROM tpch.orders");
}
