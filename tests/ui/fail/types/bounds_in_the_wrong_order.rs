//! BETWEEN takes the lower bound first.

fn main() {
    let _ = lakequery::query!(SELECT id FROM app.event WHERE tiny BETWEEN 5 AND 1);
    let _ = lakequery::query!(
        SELECT id FROM app.event WHERE at NOT BETWEEN TIMESTAMP "2024-02-01 00:00" AND TIMESTAMP "2024-01-01 00:00"
    );
}
