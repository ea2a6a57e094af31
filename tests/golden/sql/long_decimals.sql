SELECT c_acctbal + CAST(c_acctbal AS decimal(38,10)) AS total, CAST(c_acctbal AS decimal(38,4)) * c_acctbal AS product, CAST(c_acctbal AS decimal(38,4)) / c_acctbal AS quotient,
    CAST(c_acctbal AS decimal(38,4)) % c_acctbal AS rest, -CAST(c_acctbal AS decimal(38,4)) AS negated, abs(CAST(c_acctbal AS decimal(38,4))) AS size,
    c_acctbal * CAST(c_custkey AS real) AS single, CAST(c_acctbal AS decimal(38,4)) > c_custkey AS more
FROM tpch.customer
