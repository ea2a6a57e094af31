//! The row has no such field: the fields that it has are listed.

#[derive(lakequery::SqlRow, Debug)]
struct Spot {
    x: f64,
    hight: Option<f64>,
}

#[derive(lakequery::SqlRow)]
struct Shelf {
    #[lake(field = "Y")]
    y: Option<f64>,
    #[lake(field = "Street Name")]
    street: String,
}

struct Row {
    spot: Shelf,
}

fn main() {
    let _ = lakequery::query!(SELECT spot AS spot: Spot FROM app.shelf);
    let _ = lakequery::query_as!(Row, SELECT spot FROM app.shelf);
}
