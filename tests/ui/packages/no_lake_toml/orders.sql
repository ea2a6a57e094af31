SELECT o_orderkey FROM tpch.orders
