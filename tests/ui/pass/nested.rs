//! Arrays, maps and rows: what can be NULL in them is an `Option`.

use std::collections::{BTreeMap, HashMap};

use lakequery::chrono::NaiveDate;
use lakequery::{LakeTable, query, query_as, query_scalar};

use super::reads;

#[test]
fn what_is_known_never_to_be_null_is_no_option() {
    let query = query!(SELECT days, marks, sizes, spot FROM app.shelf);
    let _ = reads(query, |row| {
        let _: Vec<NaiveDate> = row.days;
        let _: Option<Vec<Option<NaiveDate>>> = row.marks;
        let _: HashMap<String, Vec<i32>> = row.sizes;
        let _: (f64, Option<f64>) = row.spot;
    });
}

#[test]
fn functions_tell_what_can_be_null_in_their_results() {
    let query = query!(
        SELECT array_agg(id) AS ids, array_agg(label) AS labels,
            array_agg(label) FILTER (WHERE label IS NOT NULL) AS given
        FROM app.shelf GROUP BY days
    );
    let _ = reads(query, |row| {
        let _: Vec<i64> = row.ids;
        let _: Vec<Option<String>> = row.labels;
        let _: Option<Vec<String>> = row.given;
    });
    let scalar = query_scalar!(SELECT array_agg(label) FROM app.shelf);
    let _ = reads(scalar, |_: Option<Vec<Option<String>>>| {});
}

#[test]
fn a_type_that_is_written_may_leave_the_options_out() {
    let query = query!(
        SELECT marks AS marks: Vec<NaiveDate>, marks AS all: Vec<Option<NaiveDate>>,
            days AS days: Vec<Option<NaiveDate>>, sizes AS sizes: BTreeMap<String, Vec<i64>>,
            spot AS spot: (f64, f64)
        FROM app.shelf
    );
    let _ = reads(query, |row| {
        let _: Option<Vec<NaiveDate>> = row.marks;
        let _: Option<Vec<Option<NaiveDate>>> = row.all;
        let _: Vec<Option<NaiveDate>> = row.days;
        let _: BTreeMap<String, Vec<i64>> = row.sizes;
        let _: (f64, f64) = row.spot;
    });
}

/// A struct of the user's, with and without `Option`s.
#[derive(LakeTable)]
#[lake(table = "app.shelf")]
struct Shelf {
    marks: Option<Vec<NaiveDate>>,
    days: Vec<Option<NaiveDate>>,
    spot: (f64, Option<f64>),
}

#[test]
fn a_struct_may_leave_the_options_out() {
    let query = query_as!(Shelf, SELECT marks, days, spot FROM app.shelf);
    for query in [query, Shelf::scan()] {
        let _ = reads(query, |shelf| {
            let _ = (shelf.marks, shelf.days, shelf.spot);
        });
    }
}
