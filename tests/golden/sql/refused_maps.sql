SELECT DISTINCT
    m,
    m = m AS a,
    m IN (m) AS b,
    CASE m WHEN m THEN 1 END AS c,
    nullif(m, m) AS d,
    contains(repeat(m, 2), m) AS e,
    count(*) OVER (PARTITION BY m) AS f
FROM (SELECT split_to_map(s, ',', '=') AS m FROM parity.kinds) AS t
