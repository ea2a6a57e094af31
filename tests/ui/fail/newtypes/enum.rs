#[derive(lakequery::SqlType)]
enum Status {
    Open,
}

fn main() {

}
