fn main() {
    let _ = lakequery::query!(SELECT coalesce(o_comment, 0) AS x FROM tpch.orders);
}
