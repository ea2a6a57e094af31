SELECT c_name, (SELECT count(*) FROM tpch.orders WHERE o_custkey = c_custkey) AS orders
FROM tpch.customer
WHERE c_nationkey IN (SELECT n_nationkey FROM tpch.nation WHERE n_name LIKE 'A%')
    AND NOT EXISTS (SELECT * FROM tpch.orders WHERE o_custkey = c_custkey AND o_orderstatus = 'P')
