SELECT o_orderkey, count(*) AS n
FROM tpch.orders
WHERE o_status = 'F'
