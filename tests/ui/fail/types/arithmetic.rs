fn main() {
    let _ = lakequery::query!(SELECT o_comment + 1 AS x FROM tpch.orders);
}
