fn main() {
    let _ = lakequery::query!(SELECT * FROM app.event);
}
