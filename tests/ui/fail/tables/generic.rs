#[derive(lakequery::LakeTable)]
#[lake(table = "tpch.orders")]
struct Order<T> {
    o_orderkey: T,
}

fn main() {
    let _ = <Order as lakequery::LakeTable>::scan();
}
