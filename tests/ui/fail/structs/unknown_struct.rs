fn main() {
    let _ = lakequery::query_as!(Ordre, SELECT o_orderkey FROM tpch.orders);
}
