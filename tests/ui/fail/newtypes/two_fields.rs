#[derive(lakequery::SqlType)]
struct Money(i64, String);

fn main() {

}
