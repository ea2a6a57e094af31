SELECT upper(shop) AS s, count(*) AS n FROM parity.sales GROUP BY ROLLUP (s) ORDER BY upper(shop), max(id)
