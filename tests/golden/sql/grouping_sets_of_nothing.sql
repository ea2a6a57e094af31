SELECT x.shop, x.n FROM (SELECT shop, count(*) AS n, grouping(shop) AS g FROM parity.sales WHERE quantity > 3 GROUP BY GROUPING SETS (shop, ())) AS x
UNION ALL SELECT product, max(id) FROM parity.sales GROUP BY CUBE (product) ORDER BY 1
