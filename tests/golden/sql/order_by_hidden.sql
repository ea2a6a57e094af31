SELECT upper(n_name) AS n_name, -n_regionkey AS n_regionkey, n_nationkey AS k
FROM tpch.nation AS n
ORDER BY n.n_name DESC, n_name, n.n_regionkey + n_regionkey, rank() OVER (ORDER BY n_regionkey),
    (SELECT max(r_name) FROM tpch.region WHERE r_regionkey = n.n_regionkey)
LIMIT 5
