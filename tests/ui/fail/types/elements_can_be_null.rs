fn main() {
    let query = lakequery::query!(SELECT tags FROM app.event);
    let _ = async |lake: &lakequery::Lake| {
        let row = query.fetch_one(lake).await.unwrap();
        let _: Vec<String> = row.tags;
    };
}
