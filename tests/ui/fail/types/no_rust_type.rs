fn main() {
    let _ = lakequery::query!(SELECT zoned FROM app.event);
}
