#[derive(lakequery::SqlType)]
struct Unit;

#[derive(lakequery::SqlType)]
struct Empty {}

#[derive(lakequery::SqlType)]
union Either {
    a: i64,
    b: f64,
}

fn main() {}
