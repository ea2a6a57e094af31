#[derive(lakequery::LakeTable)]
#[lake(table = "tpch.orders")]
struct Order {
    o_orderkey: i64,
    o_comment: String,
}

fn main() {
    let _ = <Order as lakequery::LakeTable>::scan();
}
