//! A service over HTTP with axum: checked queries behind routes, rows as JSON, errors as
//! status codes.
//!
//! `cargo run --example service`, then:
//!
//! ```sh
//! curl 'http://127.0.0.1:3000/customers/370'
//! curl 'http://127.0.0.1:3000/customers/370/orders?since=1997-01-01&status=O&limit=5'
//! ```
//!
//! `LAKE_URL` names another engine than the files in `data/`.

use std::error::Error;
use std::path::Path as FilePath;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header::CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use lakequery::chrono::NaiveDate;
use lakequery::{Decimal, Lake, query_as};
use lakequery_examples::{SCALE_FACTOR, write_tpch};
use serde::{Deserialize, Serialize, Serializer};

/// The longest that a request may wait for the lake.
const PATIENCE: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    write_tpch(FilePath::new("data"), SCALE_FACTOR, |_| {})?;
    let url = std::env::var("LAKE_URL").unwrap_or_else(|_| "datafusion:data/".to_owned());
    // Every request has a clone, which shares the connection.
    let lake = lakequery::connect(&url).await?;
    let routes = Router::new()
        .route("/customers/{key}", get(customer))
        .route("/customers/{key}/orders", get(orders))
        .with_state(lake);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, routes).await?;
    Ok(())
}

/// An answer in JSON; what `axum::Json` is with axum's feature `json`.
struct Json<T>(T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_string(&self.0) {
            Ok(text) => ([(CONTENT_TYPE, "application/json")], text).into_response(),
            Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
        }
    }
}

/// A row that is also an answer. Decimals are written as texts, so that no digit is lost.
#[derive(Serialize)]
struct Customer {
    key: i64,
    name: String,
    #[serde(serialize_with = "as_text")]
    balance: Decimal,
}

async fn customer(
    State(lake): State<Lake>,
    Path(key): Path<i64>,
) -> Result<Json<Customer>, Failure> {
    let found = query_as!(
        Customer,
        SELECT c_custkey AS key, c_name AS name, c_acctbal AS balance
        FROM tpch.customer WHERE c_custkey = {key}
    );
    let found = in_time(found.fetch_optional(&lake)).await?;
    found.map(Json).ok_or(Failure::NotFound)
}

#[derive(Serialize)]
struct Order {
    key: i64,
    #[serde(serialize_with = "as_text")]
    day: NaiveDate,
    #[serde(serialize_with = "as_text")]
    price: Decimal,
}

/// What may be asked for behind `?`.
#[derive(Deserialize)]
struct Filter {
    since: Option<String>,
    status: Option<String>,
    limit: Option<u32>,
}

async fn orders(
    State(lake): State<Lake>,
    Path(customer): Path<i64>,
    Query(Filter { since, status, limit }): Query<Filter>,
) -> Result<Json<Vec<Order>>, Failure> {
    let since: Option<NaiveDate> = since
        .map(|day| day.parse())
        .transpose()
        .map_err(|_| Failure::BadRequest("since is a date, such as 1997-01-01"))?;
    let found = query_as!(
        Order,
        SELECT o_orderkey AS key, o_orderdate AS day, o_totalprice AS price
        FROM tpch.orders
        WHERE o_custkey = {customer}
            AND ({since} IS NULL OR o_orderdate >= {since})
            AND ({status} IS NULL OR o_orderstatus = {status})
        ORDER BY o_orderdate DESC, o_orderkey
        LIMIT {limit.unwrap_or(20).min(100)}
    );
    in_time(found.fetch_all(&lake)).await.map(Json)
}

/// Waits for a query for so long; then it is cancelled, as when the client goes away.
async fn in_time<T>(query: impl Future<Output = lakequery::Result<T>>) -> Result<T, Failure> {
    match tokio::time::timeout(PATIENCE, query).await {
        Ok(result) => result.map_err(Failure::Lake),
        Err(_) => Err(Failure::TooSlow),
    }
}

/// Why a request has no answer.
enum Failure {
    BadRequest(&'static str),
    NotFound,
    TooSlow,
    Lake(lakequery::Error),
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, text) = match &self {
            Failure::BadRequest(text) => (StatusCode::BAD_REQUEST, *text),
            Failure::NotFound => (StatusCode::NOT_FOUND, "not found"),
            Failure::TooSlow => (StatusCode::GATEWAY_TIMEOUT, "the lake takes too long"),
            Failure::Lake(error) => {
                // For the operator; the user need not know the tables.
                eprintln!("{error}");
                match error.is_connection() || error.is_timeout() {
                    true => (StatusCode::SERVICE_UNAVAILABLE, "the lake can't be reached"),
                    false => (StatusCode::INTERNAL_SERVER_ERROR, "the query failed"),
                }
            }
        };
        (status, text).into_response()
    }
}

fn as_text<S: Serializer>(value: &impl ToString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&value.to_string())
}
