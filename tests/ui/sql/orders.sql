SELECT o_orderkey, o_comment FROM tpch.orders
