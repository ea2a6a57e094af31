#[derive(lakequery::LakeTable)]
#[lake(table = "tpch.orders")]
enum Order {
    Open,
}

fn main() {
    let _ = <Order as lakequery::LakeTable>::scan();
}
