SELECT listagg(DISTINCT product, ',') WITHIN GROUP (ORDER BY product DESC) AS a, sum(DISTINCT quantity ORDER BY quantity) AS b
FROM parity.sales
