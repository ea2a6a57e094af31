SELECT product, product FROM parity.sales ORDER BY lower(sales.product), sales.product || 'x'
