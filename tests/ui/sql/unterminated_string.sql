SELECT o_orderkey
FROM tpch.orders
WHERE o_orderstatus = 'F
