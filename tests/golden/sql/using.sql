SELECT k, a.v AS left_v, b.v AS right_v
FROM (SELECT n_nationkey AS k, n_name AS v FROM tpch.nation) AS a
FULL JOIN (SELECT r_regionkey AS k, r_name AS v FROM tpch.region) AS b USING (k)
