SELECT EXTRACT(YEAR FROM o_orderdate) AS year, o_orderstatus AS status, count(DISTINCT o_custkey) AS customers,
    sum(o_totalprice) FILTER (WHERE o_orderpriority = '1-URGENT') AS urgent
FROM tpch.orders
GROUP BY year, 2
HAVING count(*) > 10
ORDER BY year DESC, customers
LIMIT 5 OFFSET 10
