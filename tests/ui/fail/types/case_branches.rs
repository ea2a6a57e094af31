fn main() {
    let _ = lakequery::query!(SELECT CASE WHEN o_shippriority = 0 THEN "low" ELSE 1 END AS x FROM tpch.orders);
}
