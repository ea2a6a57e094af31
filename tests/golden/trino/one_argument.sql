SELECT greatest(-1) AS a, least(s) AS b, greatest(d5) * 2 AS c FROM parity.kinds
