SELECT upper(n_name) AS n_name, n_nationkey + 1 AS next FROM tpch.nation ORDER BY length(upper(nation.n_name)), next DESC, n_regionkey
