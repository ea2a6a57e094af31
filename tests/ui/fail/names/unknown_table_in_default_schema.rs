fn main() {
    let _ = lakequery::query!(SELECT o_orderkey FROM order_lines);
}
