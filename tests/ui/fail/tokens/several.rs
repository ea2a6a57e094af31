fn main() {
    let _ = lakequery::query!(SELECT 'a' AS a, 0b1 AS b, {} AS c FROM tpch.orders);
}
