//! Reads a result with `prusto`.

use std::time::Instant;

use prusto::{ClientBuilder, Presto};

#[derive(Presto, Debug)]
struct Line {
    id: i64,
    price: f64,
    comment: String,
    amount: prusto::types::Decimal<15, 2>,
    day: chrono::NaiveDate,
}

#[tokio::main]
async fn main() {
    let (host, port, sql) = lakequery_live_clients::arguments();
    let start = Instant::now();
    let client = ClientBuilder::new("tester", host).port(port).build().expect("a client");
    // Pages as they come: it has no stream of rows.
    let mut page = client.get::<Line>(sql).await.expect("an answer");
    let mut rows = 0;
    loop {
        if let Some(data) = page.data_set.take() {
            rows += std::hint::black_box(data.into_vec()).len() as u64;
        }
        let Some(next) = page.next_uri else { break };
        page = client.get_next::<Line>(&next).await.expect("a page");
    }
    lakequery_live_clients::report(start, rows);
}
