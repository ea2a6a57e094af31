fn main() {
    let _ = lakequery::query!(SELECT {1_i64} AS x FROM tpch.orders);
}
