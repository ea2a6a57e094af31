#[derive(lakequery::LakeTable)]
#[lake(table = "tpch.orders")]
struct Order {
    o_orderkey: i32,
}

fn main() {
    let _ = <Order as lakequery::LakeTable>::scan();
}
