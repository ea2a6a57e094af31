SELECT approx_percentile(x, d5) AS a, approx_percentile(x, 1.5) AS b, approx_distinct(x, 0.5) AS c, min(lpad(s, 5000000000, '.')) AS d FROM parity.kinds
