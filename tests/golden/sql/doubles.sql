SELECT CAST(c_acctbal AS double) / c_custkey AS share, CAST(c_acctbal AS double) / 7 AS seventh, CAST(c_acctbal AS real) % c_custkey AS rest, ln(c_acctbal) AS log, ln(10) AS log_of_ten, floor(CAST(c_acctbal AS double)) AS floor, is_nan(CAST(c_acctbal AS double)) AS nan
FROM tpch.customer
