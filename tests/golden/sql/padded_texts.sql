SELECT upper('ab') AS v UNION SELECT CAST('AB' AS char(4))
