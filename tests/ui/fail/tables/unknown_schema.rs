#[derive(lakequery::LakeTable)]
#[lake(table = "tcph.orders")]
struct Order {
    o_orderkey: i64,
}

fn main() {
    let _ = <Order as lakequery::LakeTable>::scan();
}
