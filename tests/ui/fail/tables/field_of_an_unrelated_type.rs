#[derive(lakequery::LakeTable)]
#[lake(table = "tpch.orders")]
struct Order {
    o_orderkey: Vec<std::time::Duration>,
}

fn main() {
    let _ = <Order as lakequery::LakeTable>::scan();
}
