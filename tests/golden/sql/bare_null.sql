SELECT a.id, count(*) FILTER (WHERE NULL) AS n
FROM parity.kinds AS a
JOIN parity.shops AS b ON NULL
WHERE NULL
GROUP BY a.id
HAVING NULL
