fn main() {
    let _ = lakequery::query!(SELECT a FROM (VALUES (1, 2), (3)) AS t (a, b));
}
