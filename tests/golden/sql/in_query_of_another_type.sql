SELECT o_orderkey FROM tpch.orders
WHERE o_custkey IN (SELECT CAST(c_custkey AS double) + 0.5 FROM tpch.customer)
    AND CAST(o_totalprice AS real) NOT IN (SELECT c_acctbal FROM tpch.customer)
    AND o_orderdate IN (SELECT TIMESTAMP '1996-01-02 00:00:00' FROM tpch.customer)
