SELECT product, product FROM parity.sales ORDER BY lower(product), sales.product || 'x'
