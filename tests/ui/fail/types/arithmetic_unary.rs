fn main() {
    let _ = lakequery::query!(SELECT -o_comment AS x FROM tpch.orders);
}
