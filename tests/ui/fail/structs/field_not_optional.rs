struct Comment {
    o_comment: String,
}

fn main() {
    let _ = lakequery::query_as!(Comment, SELECT o_comment FROM tpch.orders);
}
