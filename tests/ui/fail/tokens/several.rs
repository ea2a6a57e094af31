fn main() {
    let _ = lakequery::query!(SELECT 'a' AS a, 1u8 AS b, {} AS c FROM tpch.orders);
}
