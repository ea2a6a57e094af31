SELECT substring(c_name FROM 2 FOR 3) AS part, trim(LEADING 'x' FROM c_name) AS trimmed, position('a' IN c_name) AS place,
    date_trunc('month', DATE '2024-02-29') AS month, date_diff('day', DATE '2024-01-01', current_date) AS days,
    round(c_acctbal, 1) AS rounded, coalesce(nullif(c_comment, ''), 'none') AS comment, if(c_acctbal > 0, 'credit', 'debt') AS side,
    concat(c_name, '!', c_phone) AS joined, c_name || c_phone AS also_joined, regexp_replace(c_name, '(a)', '$1$1') AS doubled
FROM tpch.customer
