SELECT (a + b) * c AS x, a - (b - c) AS y, -(a + b) AS z, a % b / c AS w, NOT (a = b OR b = c) AND c > 1 AS p, (a = b) IS NOT DISTINCT FROM (b = c) AS q,
    a BETWEEN b AND c + 1 AS r, CASE a WHEN 1 THEN 'one' WHEN 2 THEN 'two' END AS s, (a + b) IS NULL AS t, a IS DISTINCT FROM b AND b = c AS u
FROM (VALUES (1, 2, 3)) AS v(a, b, c)
