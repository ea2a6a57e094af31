SELECT (-1) AS a, s AS b, CAST((d5) * 2 AS DECIMAL(15,2)) AS c FROM parity.kinds
