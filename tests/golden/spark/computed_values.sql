SELECT v, w FROM (SELECT * FROM (SELECT (SELECT max(id) FROM parity.kinds), rand() UNION ALL SELECT 2, NULL) AS rows) AS t(v, w) WHERE v IN (SELECT * FROM (VALUES (1), (2)) AS rows)
