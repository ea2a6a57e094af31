SELECT INTERVAL '1' DAY * l_discount AS a, l_tax * INTERVAL '1' MONTH AS b, INTERVAL '6' HOUR / l_quantity AS c,
    INTERVAL '1' DAY * CAST(l_tax AS real) AS d, INTERVAL '1' DAY * 1.5 AS e, l_shipdate + INTERVAL '1' DAY * 2 AS f
FROM tpch.lineitem
