fn main() {
    let _ = lakequery::query!(SELECT amount FROM tpch.orders);
}
