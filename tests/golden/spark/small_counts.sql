SELECT date_add(day, 5) AS a, date_add(day, 7 * (-2)) AS b, lpad(s, 3, '.') AS c, substr(s, 2, CAST(big AS INT)) AS d FROM parity.kinds
