fn main() {
    let _ = lakequery::query!(SELECT x.o_orderkey FROM tpch.orders AS o);
}
