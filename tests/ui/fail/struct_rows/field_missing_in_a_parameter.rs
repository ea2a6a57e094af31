//! A parameter is the whole row, and nothing else.

#[derive(lakequery::SqlRow)]
struct Part {
    y: Option<f64>,
}

#[derive(lakequery::SqlRow)]
struct More {
    x: f64,
    y: f64,
    z: f64,
}

#[derive(lakequery::SqlRow)]
struct Other {
    x: f64,
    y: Option<String>,
}

fn main() {
    let (part, more) = (Part { y: None }, vec![More { x: 1.0, y: 2.0, z: 3.0 }]);
    let other = Other { x: 1.0, y: None };
    let _ = lakequery::query!(SELECT id FROM app.shelf WHERE spot = {part});
    let _ = lakequery::query!(SELECT id FROM app.shelf WHERE ARRAY[spot] = {more});
    let _ = lakequery::query!(SELECT id FROM app.shelf WHERE spot = {other});
}
