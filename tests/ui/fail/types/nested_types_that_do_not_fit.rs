//! A type that is written for a column: the part that does not fit is underlined.

use std::collections::{BTreeMap, HashMap, HashSet};

use lakequery::chrono::NaiveDate;

#[derive(lakequery::LakeTable)]
#[lake(table = "app.shelf")]
struct Shelf {
    days: Vec<String>,
    marks: Vec<NaiveDate>,
    sizes: HashMap<String, Vec<i16>>,
    spot: (f64,),
}

fn main() {
    let _ = lakequery::query!(
        SELECT days AS a: Vec<i64>, days AS b: HashSet<NaiveDate>, days AS c: NaiveDate,
            sizes AS d: BTreeMap<i64, Vec<i32>>, sizes AS e: HashMap<String, i32>,
            sizes AS f: Vec<(String, Vec<i32>)>, spot AS g: (f64, f64, f64), spot AS h: (i64, f64),
            spot AS i: Vec<f64>, id AS j: Vec<i64>, id AS k: (i64,)
        FROM app.shelf
    );
}
