async fn top(lake: &lakequery::Lake) -> lakequery::Result<i64> {
    let since = lakequery::chrono::NaiveDate::MIN;
    let rows = lakequery::query!(
        SELECT o_orderkey, o_totlaprice FROM tpch.orders WHERE o_orderdate >= {since}
    )
    .fetch_all(lake)
    .await?;
    let mut sum = 0;
    for row in &rows {
        sum += row.o_orderkey;
        println!("{}", row.o_totalprice);
    }
    let keys: Vec<_> = rows.iter().map(|row| row.o_orderkey).collect();
    let first = lakequery::query_scalar!(SELECT nothing FROM tpch.orders).fetch_one(lake).await?;
    Ok(sum + first + keys[0])
}

fn main() {

}
