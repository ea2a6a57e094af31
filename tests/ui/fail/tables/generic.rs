#[derive(lakequery::LakeTable)]
#[lake(table = "tpch.orders")]
struct Order<K, C> {
    o_orderkey: K,
    o_comment: Option<C>,
}

fn main() {
    let _ = <Order<i64, String> as lakequery::LakeTable>::scan();
    let _ = <Order<String, i32> as lakequery::LakeTable>::scan();
}
