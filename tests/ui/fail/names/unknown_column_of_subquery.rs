fn main() {
    let _ = lakequery::query!(SELECT t.cnt FROM (SELECT count(*) AS n FROM tpch.orders) AS t);
}
