#[derive(lakequery::SqlType)]
struct Wait(std::time::Duration);

fn main() {

}
