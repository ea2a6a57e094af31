SELECT o_orderkey, lead(o_totalprice, o_shippriority) OVER (ORDER BY o_orderkey) AS later FROM tpch.orders
