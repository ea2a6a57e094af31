//! What can be NULL is an `Option`.

#[derive(lakequery::SqlRow, Debug)]
struct Spot {
    x: f64,
    y: f64,
}

#[derive(lakequery::LakeTable)]
#[lake(table = "app.shelf")]
struct Shelf {
    spot: Spot,
}

#[derive(lakequery::LakeTable)]
#[lake(table = "app.event")]
struct Event {
    place: Spot,
}

fn main() {
    let _ = lakequery::query!(SELECT spot AS spot: Spot FROM app.shelf);
}
