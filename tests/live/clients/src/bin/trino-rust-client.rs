//! Reads a result with `trino-rust-client`, spooled and packed.

use std::time::Instant;

use futures::StreamExt;
use serde::{Deserialize, Serialize};
use trino_rust_client::{ClientBuilder, Trino};

#[derive(Trino, Debug, Deserialize, Serialize)]
struct Line {
    id: i64,
    price: f64,
    comment: String,
    amount: trino_rust_client::types::Decimal<15, 2>,
    day: chrono::NaiveDate,
}

#[tokio::main]
async fn main() {
    let (host, port, sql) = lakequery_live_clients::arguments();
    let start = Instant::now();
    let client = ClientBuilder::new("tester", host)
        .port(port)
        .spooling_encoding("json+zstd")
        .build()
        .expect("a client");
    let mut stream = client.stream::<Line>(sql).await.expect("an answer");
    let mut rows = 0;
    while let Some(row) = stream.next().await {
        std::hint::black_box(row.expect("a row"));
        rows += 1;
    }
    lakequery_live_clients::report(start, rows);
}
