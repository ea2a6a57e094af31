#[derive(lakequery::LakeTable)]
#[lake(table = "tpch.orders")]
struct Order {
    #[lake(column = "o_orderkye")]
    key: i64,
}

fn main() {
    let _ = <Order as lakequery::LakeTable>::scan();
}
