//! Reads a result with `trino-rust-client`, spooled and packed. Its rows are
//! dynamic: its typed ones can't read decimals from a stream.

use std::time::Instant;

use futures::StreamExt;
use trino_rust_client::{ClientBuilder, Row};

#[tokio::main]
async fn main() {
    let (host, port, sql) = lakequery_live_clients::arguments();
    let start = Instant::now();
    let client = ClientBuilder::new("tester", host)
        .port(port)
        .spooling_encoding("json+zstd")
        .build()
        .expect("a client");
    let mut stream = client.stream::<Row>(sql).await.expect("an answer");
    let mut rows = 0;
    while let Some(row) = stream.next().await {
        std::hint::black_box(row.expect("a row"));
        rows += 1;
    }
    lakequery_live_clients::report(start, rows);
}
