SELECT CAST(2.5 AS integer) AS half, CAST(1e0 AS varchar) AS text, TRY_CAST('x' AS bigint) AS maybe, CAST(c_custkey AS double) AS wide,
    CAST('2024-01-01' AS date) AS day, CAST(c_acctbal AS decimal(10,1)) AS narrow, CAST(c_name AS varchar(3)) AS short
FROM tpch.customer
