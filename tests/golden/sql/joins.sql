SELECT c.c_name, o.o_orderkey, n.n_name, r.r_name
FROM tpch.customer AS c
JOIN tpch.nation AS n ON n.n_nationkey = c.c_nationkey
LEFT JOIN tpch.orders AS o ON o.o_custkey = c.c_custkey AND o.o_totalprice > 1000
FULL JOIN tpch.region AS r ON r.r_regionkey = n.n_regionkey
CROSS JOIN (SELECT 1 AS one) AS x
