#[derive(lakequery::LakeTable)]
#[lake(table = "tpch.orders")]
struct Order {
    #[lake(name = "o_orderkey")]
    key: i64,
}

fn main() {
    let _ = <Order as lakequery::LakeTable>::scan();
}
