fn main() {
    let _ = lakequery::query!(SELECT TOP 10 o_custkey FROM tpch.orders);
    let _ = lakequery::query!(SELECT DISTINCT ON (o_custkey) o_custkey, o_orderkey FROM tpch.orders);
    let _ = lakequery::query!(SELECT * EXCEPT (o_comment) FROM tpch.orders);
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders WHERE o_comment ILIKE "x" OR o_comment RLIKE "y");
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders LIMIT 10, 20);
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders NATURAL JOIN tpch.customer);
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders QUALIFY row_number() OVER (ORDER BY o_custkey) = 1);
    let _ = lakequery::query!(SELECT CONVERT(o_custkey, SIGNED) AS k FROM tpch.orders);
}
