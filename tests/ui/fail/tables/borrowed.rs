#[derive(lakequery::LakeTable)]
#[lake(table = "tpch.orders")]
struct Order<'a> {
    o_orderkey: i64,
    o_comment: Option<&'a str>,
}

fn main() {
    let _ = <Order<'static> as lakequery::LakeTable>::scan();
}
