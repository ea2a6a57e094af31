SELECT product, product FROM parity.sales ORDER BY lower(sales.product) NULLS LAST, sales.product || 'x' NULLS LAST
