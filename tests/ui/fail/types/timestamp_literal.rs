fn main() {
    let _ = lakequery::query!(SELECT id FROM app.event WHERE at = TIMESTAMP "yesterday");
}
