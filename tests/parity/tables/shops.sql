SELECT CAST(a AS varchar) AS name, CAST(b AS varchar) AS boss, CAST(c AS decimal(12,4)) AS budget, CAST(d AS date) AS opened
FROM (VALUES
    ('north', 'Ana', '1000.5000', '2020-02-29'),
    ('south', NULL, '-20.2500', '2021-01-01'),
    ('east', 'Ana', NULL, NULL),
    ('west', 'Bo', '0.0001', '1999-12-31'),
    (NULL, 'Çem', '77.7777', '2024-12-31')
) AS v(a, b, c, d)
