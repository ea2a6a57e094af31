SELECT v, w
FROM (VALUES ((SELECT max(id) FROM parity.kinds), random()), (2, NULL)) AS t(v, w)
WHERE v IN (VALUES (1), (2))
