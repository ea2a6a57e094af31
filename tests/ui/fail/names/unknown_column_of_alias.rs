fn main() {
    let _ = lakequery::query!(SELECT o.c_name FROM tpch.orders AS o);
}
