SELECT count(*) FROM tpch.orders
