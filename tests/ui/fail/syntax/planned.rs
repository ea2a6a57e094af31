fn main() {
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders FOR TIMESTAMP AS OF TIMESTAMP "2024-01-01 00:00:00");
    let _ = lakequery::query!(SELECT n FROM tpch.orders CROSS JOIN UNNEST(o_tags) AS u (n) WHERE n = 1);
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders MATCH_RECOGNIZE (PATTERN (A)) AS m);
    let _ = lakequery::query!(SELECT o_custkey, count(*) AS n FROM tpch.orders GROUP BY o_custkey WITH ROLLUP);
    let _ = lakequery::query!(SELECT o_custkey FROM tpch.orders WHERE o_custkey = ANY (SELECT c_custkey FROM tpch.customer));
    let _ = lakequery::query!(WITH RECURSIVE t (a) AS (SELECT 1) SELECT a FROM t);
    let _ = lakequery::query!(SELECT max(x -> x + 1) AS t FROM tpch.orders);
    let _ = lakequery::query!(SELECT CURRENT_TIMESTAMP AT TIME ZONE "UTC" AS t);
}
