#[derive(lakequery::LakeTable)]
#[lake(table = "tpch.orders")]
struct Order(i64);

fn main() {
    let _ = <Order as lakequery::LakeTable>::scan();
}
