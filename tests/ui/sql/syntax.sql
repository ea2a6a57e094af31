SELECT o_orderkey
FORM tpch.orders
