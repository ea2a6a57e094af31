fn main() {
    let column = "o_orderkey";
    let _ = lakequery::query!(SELECT {column} AS x FROM tpch.orders);
}
