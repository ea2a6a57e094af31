SELECT product, product AS _col1 FROM parity.sales ORDER BY lower(sales.product) NULLS LAST, sales.product || 'x' NULLS LAST
