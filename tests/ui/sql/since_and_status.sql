SELECT o_orderkey
FROM tpch.orders
WHERE o_orderdate >= {since}
  AND o_orderstatus = {status}
