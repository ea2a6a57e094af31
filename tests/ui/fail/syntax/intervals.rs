fn main() {
    let _ = lakequery::query!(SELECT INTERVAL "1 day" AS i);
    let _ = lakequery::query!(SELECT INTERVAL 1 DAY AS i);
    let _ = lakequery::query!(SELECT INTERVAL "1" FORTNIGHT AS i);
}
