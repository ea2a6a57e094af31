#[derive(lakequery::SqlType)]
struct Money(i64, String);

#[derive(lakequery::SqlType)]
struct Address {
    city: String,
    zip: String,
}

fn main() {

}
