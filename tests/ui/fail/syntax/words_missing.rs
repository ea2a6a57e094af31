fn main() {
    let _ = lakequery::query!(SELECT o_orderstatus FROM tpch.orders GROUP o_orderstatus);
    let _ = lakequery::query!(SELECT o_orderstatus FROM tpch.orders ORDER o_orderstatus);
    let _ = lakequery::query!(SELECT CASE WHEN o_custkey > 1 THEN "x" FROM tpch.orders);
    let _ = lakequery::query!(SELECT CASE WHEN o_custkey > 1 "x" END AS c FROM tpch.orders);
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders LEFT tpch.customer ON o_custkey = c_custkey);
    let _ = lakequery::query!(SELECT count(*) FILTER (o_custkey > 1) AS n FROM tpch.orders);
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders FETCH FIRST 5);
}
