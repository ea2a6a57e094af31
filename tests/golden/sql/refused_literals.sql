SELECT
    INTERVAL '106751992' DAY AS a,
    TIMESTAMP '2024-01-01 12:00:00.000 europe/kyiv' AS b,
    CAST(s AS timestamp(9)) AS c,
    CAST(at AS timestamp(9)) < TIMESTAMP '9999-12-31 00:00:00' AS d
FROM parity.kinds
