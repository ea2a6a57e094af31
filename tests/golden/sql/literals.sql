SELECT 1 AS whole, 9999999999 AS big, 1.50 AS exact, 1e3 AS inexact, -2.5 AS negative, 'it''s' AS text,
    TRUE AS yes, X'00FF' AS bytes, DATE '2024-02-29' AS day, TIME '01:02:03.5' AS clock,
    TIMESTAMP '2024-02-29 01:02:03.123456' AS moment, TIMESTAMP '2024-02-29 01:02:03 +02:00' AS instant,
    INTERVAL '14' MONTH AS months, INTERVAL '1 02:03:04.5' DAY TO SECOND AS span, CAST(NULL AS bigint) AS nothing
