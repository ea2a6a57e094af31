//! A field that can't be read, in a row and deep in one.

#[derive(lakequery::SqlRow, Debug)]
struct Spot {
    x: f32,
    y: Option<String>,
}

#[derive(lakequery::SqlRow, Debug)]
struct Pair {
    a: Spot,
    b: Vec<Option<Spot>>,
}

fn main() {
    let _ = lakequery::query!(SELECT spot AS spot: Spot FROM app.shelf);
    let _ = lakequery::query!(
        SELECT CAST(ROW(spot, NULL) AS row(a row(x real, y varchar), b array(row(x real, y date))))
            AS pair: Pair
        FROM app.shelf
    );
}
