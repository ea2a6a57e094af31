#[derive(lakequery::LakeTable)]
#[lake(table = "tpch.orders")]
struct Order {
    o_orderkey: String,
    o_orderdate: String,
}

fn main() {
    let _ = <Order as lakequery::LakeTable>::scan();
}
