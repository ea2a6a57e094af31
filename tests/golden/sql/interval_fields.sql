SELECT
    INTERVAL '1' DAY AS a,
    - INTERVAL '2' HOUR AS b,
    day - day AS c,
    coalesce(INTERVAL '1' DAY, INTERVAL '2' HOUR) AS d,
    INTERVAL '1' DAY < INTERVAL '25' HOUR AS e,
    day + INTERVAL '1' DAY AS f,
    day + CASE WHEN flag THEN INTERVAL '1' DAY ELSE INTERVAL '2' DAY END AS g
FROM parity.kinds
