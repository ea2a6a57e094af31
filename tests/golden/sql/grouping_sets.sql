SELECT shop, coalesce(product, 'all') AS product, year(sold) AS y, grouping(shop, product) AS sums, count(*) AS n
FROM parity.sales WHERE id > 3
GROUP BY year(sold), ROLLUP (shop, product)
HAVING grouping(shop) = 0 OR count(*) > 1
ORDER BY grouping(product), shop
