SELECT
    row_number() OVER (ORDER BY b) AS a,
    sum(id) OVER (PARTITION BY flag ORDER BY b DESC, id RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS c,
    sum(id) OVER (ORDER BY at - TIMESTAMP '2024-01-01 00:00:00') AS d,
    sum(id) OVER (ORDER BY s) AS e,
    lead(small, 1, 3000000000) OVER (ORDER BY id) AS f
FROM parity.kinds
