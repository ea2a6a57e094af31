fn main() {
    let _ = lakequery::query!(SELECT o_totalprice * 2 FROM tpch.orders);
}
