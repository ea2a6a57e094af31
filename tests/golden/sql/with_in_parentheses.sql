SELECT o_orderkey FROM tpch.orders WHERE EXISTS ((WITH w AS (SELECT c_custkey FROM tpch.customer) SELECT c_custkey FROM w) LIMIT 1)
UNION ALL (WITH v AS (SELECT o_orderkey AS k FROM tpch.orders) SELECT k FROM v ORDER BY k LIMIT 3)
UNION ALL SELECT (((WITH u AS (SELECT 1 AS k) SELECT k FROM u)) LIMIT 1)
