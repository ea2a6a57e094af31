SELECT upper(n_name) AS n_name, n_nationkey + 1 AS next FROM tpch.nation ORDER BY CAST(length(upper(nation.n_name)) AS BIGINT) NULLS LAST, next DESC NULLS LAST, n_regionkey NULLS LAST
