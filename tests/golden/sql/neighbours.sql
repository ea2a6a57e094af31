SELECT
    lag(id, 1, x) OVER (ORDER BY id) AS a,
    lead(d5, BIGINT '2', d18) OVER (ORDER BY id) AS b,
    lag(s) IGNORE NULLS OVER (ORDER BY id) AS c,
    lag(REAL 'NaN', 2, REAL 'NaN') OVER (ORDER BY id) AS n,
    lag(NULL, 1, at - at) OVER (ORDER BY id) AS d
FROM parity.kinds
