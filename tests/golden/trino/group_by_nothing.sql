SELECT 1 AS one FROM parity.sales HAVING count(*) >= BIGINT '0'
