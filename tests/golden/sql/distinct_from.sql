SELECT c_name IS DISTINCT FROM 'a' AS other, CAST(c_name AS varchar(3)) IS NOT DISTINCT FROM c_mktsegment AS same, nullif(c_acctbal, c_custkey) AS fewer,
    replace(c_name, c_mktsegment, 'x') AS replaced
FROM tpch.customer
