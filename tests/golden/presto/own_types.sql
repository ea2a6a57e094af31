SELECT approx_percentile(small, 0.5) AS a, covar_pop(r, r) AS b, max(ceil(d5 * 2)) AS c, max(sign(d5) * 2) AS d, max(CASE WHEN flag THEN NULL ELSE d5 * 2 END) AS e FROM parity.kinds
