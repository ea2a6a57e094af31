SELECT CAST(c_comment AS date) AS day, TRY_CAST(c_comment AS timestamp(3)) AS moment, CAST(c_comment AS boolean) AS flag, TRY_CAST(c_comment AS decimal(10,2)) AS amount, CAST(c_comment AS double) AS weight, CAST(c_comment AS bigint) AS key, CAST('2024-02-29' AS date) AS leap_day, CAST('1.5' AS double) AS more
FROM tpch.customer
