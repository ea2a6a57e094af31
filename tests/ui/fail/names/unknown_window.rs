fn main() {
    let _ = lakequery::query!(SELECT rank() OVER w AS r FROM tpch.orders);
}
