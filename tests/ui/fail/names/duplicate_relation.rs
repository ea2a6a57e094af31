fn main() {
    let _ = lakequery::query!(SELECT 1 AS one FROM tpch.orders AS o, tpch.customer AS o);
}
