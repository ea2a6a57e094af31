//! Reads a result with `trino-rust-client`, spooled and packed.

use std::time::Instant;

use futures::StreamExt;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use trino_rust_client::types::Decimal;
use trino_rust_client::{ClientBuilder, Trino};

#[derive(Trino, Debug, Deserialize, Serialize)]
struct Line {
    id: i64,
    price: f64,
    comment: String,
    // Its decimals can't be read by serde, which its streams use.
    #[serde(deserialize_with = "decimal", serialize_with = "text")]
    amount: Decimal<15, 2>,
    day: chrono::NaiveDate,
}

fn decimal<'de, D: Deserializer<'de>>(from: D) -> Result<Decimal<15, 2>, D::Error> {
    let text = String::deserialize(from)?;
    text.parse().map_err(|error| D::Error::custom(format!("{error:?}")))
}

fn text<S: Serializer>(decimal: &Decimal<15, 2>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&decimal.value())
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
