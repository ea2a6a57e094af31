SELECT n_name AS name FROM tpch.nation UNION ALL (SELECT r_name FROM tpch.region ORDER BY r_name LIMIT 2) EXCEPT SELECT 'ASIA' ORDER BY name
