SELECT a, b, c, d, e FROM (VALUES (1, 2)) AS w(a, b) LEFT JOIN (VALUES (BIGINT '1', 3)) AS x(a, c) USING (a)
FULL JOIN (VALUES (1.5, 4)) AS y(a, d) USING (a) JOIN (VALUES (1e0, 5)) AS z(a, e) USING (a)
WHERE a > 0 ORDER BY a
