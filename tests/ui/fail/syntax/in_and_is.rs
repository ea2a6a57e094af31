fn main() {
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders WHERE o_orderstatus in "paid");
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders WHERE o_custkey IN 1, 2);
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders WHERE o_orderstatus IS "paid");
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders WHERE o_custkey IS TRUE);
}
