//! Rows whose fields have no names are tuples.

#[derive(lakequery::SqlRow, Debug)]
struct Spot {
    x: f64,
}

struct Row {
    spot: Spot,
}

fn main() {
    let _ = lakequery::query_as!(Row, SELECT ROW(1e0, 2e0) AS spot);
    let spot = Spot { x: 1.0 };
    let _ = lakequery::query!(SELECT id FROM app.shelf WHERE ROW(1e0) = {spot});
}
