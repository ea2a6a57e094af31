#[derive(lakequery::LakeTable)]
#[lake(table = "tpch.orders")]
struct Order {
    o_orderkye: i64,
    o_custkey: i64,
}

fn main() {
    let _ = <Order as lakequery::LakeTable>::scan();
}
