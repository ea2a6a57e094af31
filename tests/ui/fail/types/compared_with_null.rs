//! Comparing with NULL is never true.

fn main() {
    let _ = lakequery::query!(SELECT id FROM app.event WHERE seen = NULL);
    let _ = lakequery::query!(SELECT id FROM app.event WHERE name <> NULL AND NULL = tiny);
    let _ = lakequery::query!(SELECT id FROM app.event WHERE kind IN ("a", NULL));
    let _ = lakequery::query!(SELECT id FROM app.event WHERE kind NOT IN ("a", NULL));
    let _ = lakequery::query!(SELECT id FROM app.event WHERE tiny BETWEEN NULL AND 5);
    let _ = lakequery::query!("SELECT CASE kind WHEN 'a' THEN 1 WHEN NULL THEN 2 END AS x FROM app.event");
}
