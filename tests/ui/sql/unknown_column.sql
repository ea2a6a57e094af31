-- The keys of all orders.
SELECT
    o_orderkye
FROM tpch.orders
