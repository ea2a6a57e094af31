#[derive(lakequery::LakeTable)]
#[lake(table = "tpch.orders")]
struct Order<K: Clone = i64>
where
    K: PartialEq,
{
    o_orderkey: K,
    o_coment: Option<String>,
}

fn main() {
    let _ = <Order as lakequery::LakeTable>::scan();
}
