fn main() {
    let _ = lakequery::query!(SELECT end FROM app.event);
}
