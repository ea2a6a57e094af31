fn main() {
    let _ = lakequery::query!(SELECT count(*) FROM tpch.orders);
}
