#[derive(lakequery::LakeTable)]
#[lake(table = "tpch.orders", table = "tpch.customer")]
struct Order {
    #[lake]
    o_orderkey: i64,
    #[lake(column)]
    o_custkey: i64,
    #[lake(column: "o_comment")]
    comment: Option<String>,
    #[lake(column = 'o')]
    date: i64,
    #[lake(column = "o_totalprice" rename = "x")]
    price: i64,
    #[lake(name = "o_orderstatus", column = "a", column = "b")]
    status: i64,
}

fn main() {
    let _ = <Order as lakequery::LakeTable>::scan();
}
