fn main() {
    let _ = lakequery::query!(SELECT o_orderkey FROM WHERE o_orderkey = 1);
}
