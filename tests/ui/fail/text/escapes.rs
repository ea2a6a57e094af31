fn main() {
    let _ = lakequery::query!("SELECT \"o_orderkey\",\to_custkye FROM tpch.orders");
}
