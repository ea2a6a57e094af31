//! Fields of a struct whose types rustc finds: the part that does not fit is named.

use std::collections::BTreeMap;

use lakequery::chrono::NaiveDate;

struct Shelf {
    days: Vec<String>,
    marks: Vec<NaiveDate>,
    sizes: BTreeMap<String, Vec<i16>>,
    spot: (f64,),
    spots: Vec<(f64, f64, f64)>,
}

struct Wide {
    wide: i64,
    map: Vec<(f64, i64)>,
}

fn main() {
    let _ = lakequery::query_as!(
        Wide,
        SELECT ROW(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13) AS wide, MAP(ARRAY[1e0], ARRAY[1]) AS map
    );
    let _ = lakequery::query_as!(
        Shelf,
        SELECT days, marks, sizes, spot, array_agg(spot) AS spots
        FROM app.shelf GROUP BY days, marks, sizes, spot
    );
}
