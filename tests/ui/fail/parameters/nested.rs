//! Parameters of nested types: the part that does not fit is named.

use std::collections::HashMap;

fn main() {
    let days = vec!["2024-01-01"];
    let counts = HashMap::from([("a", "b")]);
    let _ = lakequery::query!(SELECT id FROM app.shelf WHERE days = {days});
    let _ = lakequery::query!(SELECT id FROM app.shelf WHERE days = {"2024-01-01"});
    let _ = lakequery::query!(SELECT id FROM app.event WHERE counts = {counts});
    let _ = lakequery::query!(SELECT id FROM app.event WHERE counts = {HashMap::from([(Some("a"), 1)])});
    let _ = lakequery::query!(SELECT id FROM app.event WHERE place = {(1.5, 2.5, 3.5)});
    let _ = lakequery::query!(SELECT id FROM app.event WHERE place = {(1.5, "x")});
    let _ = lakequery::query!(SELECT id FROM app.event WHERE tags = {Some(vec![Some(1)])});
    let _ = lakequery::query!(SELECT id FROM app.event WHERE cardinality({vec!["x"]}) = 1);
}
