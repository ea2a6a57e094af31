#[derive(lakequery::LakeTable)]
#[lake(table = "hive.tpch.orders")]
struct Order {
    o_orderkey: i64,
}

fn main() {
    let _ = <Order as lakequery::LakeTable>::scan();
}
