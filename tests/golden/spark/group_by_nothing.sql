SELECT 1 AS one FROM parity.sales HAVING count(*) >= 0L
