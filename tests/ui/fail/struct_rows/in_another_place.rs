//! A struct where a list, a map or a single value is, and the other way round.

#[derive(lakequery::SqlRow, Debug)]
struct Spot {
    x: f64,
}

struct Row {
    days: Spot,
    sizes: Spot,
    spot: Vec<f64>,
    id: Spot,
}

fn main() {
    let _ = lakequery::query_as!(Row, SELECT days, sizes, spot, id FROM app.shelf);
    let _ = lakequery::query!(SELECT days AS days: Spot FROM app.shelf);
    let _ = lakequery::query!(SELECT spot AS spot: std::collections::HashMap<String, f64> FROM app.shelf);
    let _ = lakequery::query!(SELECT spot AS spot: Vec<Spot> FROM app.shelf);
    let spot = Spot { x: 1.0 };
    let _ = lakequery::query!(SELECT id FROM app.shelf WHERE days = {spot});
    let _ = lakequery::query!(SELECT id FROM app.shelf WHERE id = {spot});
}
