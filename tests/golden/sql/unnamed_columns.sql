WITH c AS (SELECT 1, 'a', n_name, n_name FROM tpch.nation), d(x, y) AS (VALUES (1, 2))
SELECT * FROM c CROSS JOIN d CROSS JOIN (SELECT * FROM (VALUES 1, 2)) AS t
UNION ALL
SELECT c.*, 1, 2, _col0 FROM c CROSS JOIN (SELECT 7 AS _col0, 8) AS e
ORDER BY 1
