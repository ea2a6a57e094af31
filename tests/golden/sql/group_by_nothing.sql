SELECT 1 AS one FROM parity.sales GROUP BY ()
