SELECT round(c_acctbal) AS whole, round(c_acctbal, 1) AS tenth, round(c_acctbal, -13) AS first_place, floor(c_acctbal) AS down, ceil(c_acctbal) AS up,
    round(CAST(c_acctbal AS double), 1) AS double_tenth, floor(CAST(c_acctbal AS double)) AS double_down, round(c_custkey) AS key
FROM tpch.customer
