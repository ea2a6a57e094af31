SELECT a.id, count(*) FILTER (WHERE FALSE) AS n FROM parity.kinds AS a JOIN parity.shops AS b ON FALSE WHERE FALSE GROUP BY a.id HAVING FALSE
