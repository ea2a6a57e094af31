SELECT listagg(DISTINCT product, ',' ORDER BY product DESC NULLS LAST) AS a, sum(DISTINCT quantity ORDER BY quantity NULLS LAST) AS b FROM parity.sales
