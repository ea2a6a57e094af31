//! The fields of a row can't be read yet, and other columns have none.

fn main() {
    let _ = lakequery::query!(SELECT place.lat AS x FROM app.event);
    let _ = lakequery::query!(SELECT e.place.lat AS x FROM app.event e);
    let _ = lakequery::query!(SELECT name.length AS x FROM app.event);
    let _ = lakequery::query!(SELECT app.event.place.lat AS x FROM app.event);
}
