fn main() {
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders WHERE (o_orderstatus NOT LIKE));
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders WHERE);
    let _ = lakequery::query!(SELECT o_custkey + FROM tpch.orders);
    let _ = lakequery::query!(SELECT FROM tpch.orders);
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders, WHERE o_custkey = 1);
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders WHERE o_custkey IN (1, 2,));
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders LIMIT);
}
