SELECT date_add('day', BIGINT '5', day) AS a, date_add('week', -2, day) AS b, lpad(s, BIGINT '3', '.') AS c, substr(s, 2, big) AS d FROM parity.kinds
