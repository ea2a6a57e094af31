#[derive(lakequery::SqlType)]
struct Tagged<T>(T);

fn main() {
    let key = Tagged("x".to_owned());
    let _ = lakequery::query!(SELECT o_orderkey FROM tpch.orders WHERE o_orderkey = {key});
    let _ = lakequery::query!(SELECT o_orderkey AS key: Tagged<bool> FROM tpch.orders);
}
