SELECT upper(shop) AS s, count(*) AS n FROM parity.sales GROUP BY GROUPING SETS ((upper(shop)), ()) ORDER BY s NULLS LAST, max(id) NULLS LAST
