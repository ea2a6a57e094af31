fn main() {
    let _ = lakequery::query!(SELECT id FROM app.event ORDER BY counts);
}
