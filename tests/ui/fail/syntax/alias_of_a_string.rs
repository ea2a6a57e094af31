fn main() {
    let _ = lakequery::query!(SELECT o_custkey AS "key" FROM tpch.orders);
}
