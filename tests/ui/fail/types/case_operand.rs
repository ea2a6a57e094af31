fn main() {
    let _ = lakequery::query!(SELECT CASE o_orderstatus WHEN 1 THEN "a" ELSE "b" END AS x FROM tpch.orders);
}
