#[derive(lakequery::LakeTable)]
#[lake(table = "tpch.orders")]
struct Order {
    o_orderkey: i64,
    amount: i64,
    state: String,
}

fn main() {
    let _ = <Order as lakequery::LakeTable>::scan();
}
