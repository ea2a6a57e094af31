SELECT n_regionkey, sum(n_nationkey) AS n_nationkey, upper(max(n_name)) AS top
FROM tpch.nation GROUP BY n_regionkey
ORDER BY sum(n_nationkey) DESC, max(n_nationkey), count(n_regionkey), lower(top), n_nationkey + 1
