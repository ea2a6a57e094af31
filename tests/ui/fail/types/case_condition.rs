fn main() {
    let _ = lakequery::query!(SELECT CASE WHEN o_shippriority THEN 1 ELSE 2 END AS x FROM tpch.orders);
}
