//! What the derive can't be written on, and settings that it does not have.

#[derive(lakequery::SqlRow)]
struct Unit;

#[derive(lakequery::SqlRow)]
struct Pair(f64, f64);

#[derive(lakequery::SqlRow)]
struct Empty {}

#[derive(lakequery::SqlRow)]
enum Place {
    Here,
}

#[derive(lakequery::SqlRow)]
struct Twice {
    #[lake(field = "X")]
    a: f64,
    x: f64,
}

#[derive(lakequery::SqlRow)]
struct Settings {
    #[lake(column = "x")]
    x: f64,
    #[lake(field = 1)]
    y: f64,
}

#[derive(lakequery::SqlRow)]
struct Unreadable {
    wait: std::time::Duration,
}

fn main() {}
