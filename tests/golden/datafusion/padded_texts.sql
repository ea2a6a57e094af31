SELECT lake_cast(upper('ab'), 'char(65536)') AS v UNION SELECT lake_cast(lake_cast('AB', 'char(4)'), 'char(65536)')
