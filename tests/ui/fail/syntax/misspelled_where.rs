fn main() {
    let _ = lakequery::query!(SELECT o_orderkey FROM tpch.orders WEHRE o_orderkey = 1);
}
