#[derive(lakequery::LakeTable)]
#[lake(table = "tpch.orders")]
struct Order {
    o_totalprice: f64,
}

fn main() {
    let _ = <Order as lakequery::LakeTable>::scan();
}
