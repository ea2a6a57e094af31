fn main() {
    let _ = lakequery::query!("");
}
