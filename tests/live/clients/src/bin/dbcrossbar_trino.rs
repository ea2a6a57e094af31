//! Reads a result with `dbcrossbar_trino`, whose rows are dynamic.

use std::time::Instant;

use dbcrossbar_trino::Value;
use dbcrossbar_trino::client::ClientBuilder;

#[tokio::main]
async fn main() {
    let (host, port, sql) = lakequery_live_clients::arguments();
    let start = Instant::now();
    let client = ClientBuilder::new("tester".to_owned(), host, port).build();
    // All at once: it has no stream.
    let rows = client.get_all::<Value>(&sql).await.expect("an answer");
    lakequery_live_clients::report(start, std::hint::black_box(rows).len() as u64);
}
