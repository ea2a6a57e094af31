fn main() {
    let _ = lakequery::query!(SELECT row_number() AS n FROM tpch.orders);
}
