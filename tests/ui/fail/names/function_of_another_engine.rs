fn main() {
    let _ = lakequery::query!(SELECT nvl(o_comment, "") AS comment FROM tpch.orders);
}
