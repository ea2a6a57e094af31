fn main() {
    let table = "orders";
    let _ = lakequery::query!(SELECT o_orderkey FROM {table});
}
