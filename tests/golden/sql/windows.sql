SELECT o_orderkey, rank() OVER w AS place, sum(o_totalprice) OVER (PARTITION BY o_custkey ORDER BY o_orderdate ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS running,
    lag(o_totalprice, 1) OVER w AS previous
FROM tpch.orders
WINDOW w AS (PARTITION BY o_custkey ORDER BY o_totalprice DESC NULLS FIRST)
