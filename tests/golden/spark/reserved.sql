SELECT `order`.`select`, Mixed FROM (SELECT 1 AS `select`, 2 AS Mixed) AS `order`
