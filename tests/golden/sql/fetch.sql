SELECT k, n FROM (
    SELECT o_orderkey AS k, o_custkey AS n FROM tpch.orders ORDER BY o_orderkey FETCH FIRST ROW ONLY
) AS first
UNION ALL
(SELECT o_orderkey, o_custkey FROM tpch.orders ORDER BY 1 OFFSET 2 ROWS FETCH NEXT 3 ROWS ONLY)
FETCH NEXT ROW ONLY
