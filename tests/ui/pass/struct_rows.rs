//! `#[derive(SqlRow)]`: structs for rows.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use lakequery::chrono::NaiveDate;
use lakequery::{LakeTable, SqlRow, SqlType, query, query_as, query_scalar};

use super::{reads, trino};

#[derive(SqlRow, Debug, Clone, PartialEq)]
struct Spot {
    y: Option<f64>,
    x: f64,
}

/// Of the row only a part, under other names.
#[derive(SqlRow, Debug)]
struct Height {
    #[lake(field = "Y")]
    above: Option<Meters>,
}

#[derive(SqlType, Debug, Clone)]
struct Meters(f64);

#[derive(LakeTable)]
#[lake(table = "app.shelf")]
struct Shelf {
    spot: Spot,
    #[lake(column = "spot")]
    height: Height,
}

#[test]
fn a_struct_reads_a_row_wherever_it_stands() {
    let query = query!(
        SELECT spot AS spot: Spot, array_agg(spot) AS all: Vec<Spot>,
            MAP(ARRAY["a"], ARRAY[spot]) AS named: HashMap<String, Spot>
        FROM (SELECT CAST(ROW(id, 1.5) AS row(x double, y double)) AS s, spot FROM app.shelf) AS t
        GROUP BY spot
    );
    let _ = reads(query, |row| {
        let _: Spot = row.spot;
        let _: Vec<Spot> = row.all;
        let _: HashMap<String, Spot> = row.named;
    });
}

#[test]
fn structs_of_rows_are_fields_of_tables() {
    let _ = reads(Shelf::scan(), |shelf| {
        let _: (f64, Option<f64>) = (shelf.spot.x, shelf.height.above.map(|above| above.0));
    });
    let query = query_as!(Shelf, SELECT spot, spot AS height FROM app.shelf);
    let _ = reads(query, |_: Shelf| {});
    let scalar = query_scalar!(SELECT spot AS spot: Spot FROM app.shelf);
    let _ = reads(scalar, |_: Spot| {});
}

/// A row in a row, in a list, and in a map.
#[derive(SqlRow, Debug, Clone, PartialEq)]
struct Line<S> {
    spots: Vec<S>,
    r#type: Option<String>,
    #[lake(field = "Named Spot")]
    named: HashMap<String, Option<S>>,
    middle: (f64, Option<f64>),
}

#[derive(SqlRow)]
struct Borrowed<'a> {
    x: &'a f64,
    y: Option<f32>,
}

#[test]
fn structs_may_be_generic_and_lie_in_each_other() {
    let query = query!(
        "SELECT CAST(ROW(ARRAY[spot], label, MAP(ARRAY['a'], ARRAY[spot]), spot) AS row(
            spots array(row(x double, y double)), \"Type\" varchar,
            \"named spot\" map(varchar, row(x double, y double)), middle row(x double, y double)
        )) AS line: Line<Deep>
        FROM app.shelf"
    );
    let _ = reads(query, |row| {
        let _: Line<Deep> = row.line;
    });
}

#[derive(SqlRow, Debug, Clone, PartialEq)]
struct Deep {
    x: Option<f64>,
}

#[test]
fn structs_and_tuples_are_parameters() {
    let spot = Spot { x: 1.0, y: None };
    let (spots, none) = (vec![spot.clone()], None::<Spot>);
    let named = BTreeMap::from([("a", Some(&spot)), ("b", None)]);
    let x = 1.5;
    let query = query!(
        SELECT id FROM app.shelf
        WHERE spot = {spot} OR spot = {&spot} OR spot = {none} OR spot = {(1, 2.5)}
            OR spot IN {spots} OR spot = {(x, Some(x))} OR spot = {Borrowed { x: &x, y: None }}
            OR ARRAY[spot] = {spots} OR ARRAY[spot] = {[Some(&spot)]}
            OR MAP(ARRAY["a"], ARRAY[spot]) = {named}
    );
    assert!(trino(&query).contains("spot = ?"));
    let line = Line {
        spots: vec![(1_u8, None::<f32>)],
        r#type: None,
        named: HashMap::from([("it's".to_owned(), None)]),
        middle: (0.5, None),
    };
    let query = query!(
        "SELECT CAST({line} AS row(
            \"named spot\" map(varchar, row(x double, y double)), type varchar,
            spots array(row(x double, y double)), middle row(double, double)
        )) AS line"
    );
    let _ = reads(query, |row| {
        type Pair = (Option<f64>, Option<f64>);
        let _: Option<HashMap<String, Option<Pair>>> = row.line.0;
        let _: Option<String> = row.line.1;
    });
}

#[test]
fn lists_and_maps_are_parameters() {
    let (days, texts) = (vec![NaiveDate::MIN], ["a".to_owned()]);
    let sizes = HashMap::from([(String::new(), vec![1_i32])]);
    let query = query!(
        SELECT id FROM app.shelf
        WHERE days = {days} OR marks = {[None::<NaiveDate>]} OR marks = {&days[..]}
            OR marks = {None::<Vec<NaiveDate>>} OR contains({texts}, label) OR sizes = {sizes}
            OR sizes = {BTreeMap::<&str, Option<[i16; 0]>>::new()}
            OR cardinality(CAST({&days} AS array(date))) > 1
    );
    assert!(trino(&query).contains("days = ?"));
}

macro_rules! row {
    ($visibility:vis $name:ident { $($field:ident: $ty:ty),* }) => {
        #[derive(SqlRow, Debug)]
        $visibility struct $name { $($field: $ty),* }
    };
}

row!(pub(crate) Made { x: f64, y: Option<f64> });

#[test]
fn structs_may_be_local_and_made_by_macros() {
    #[derive(SqlRow, Debug)]
    struct Local<T> {
        x: T,
        y: Option<T>,
    }
    let local = Local { x: 1.5, y: None };
    let made = Made { x: local.x, y: local.y };
    let query = query!(SELECT spot AS spot: Local<f64>, spot AS made: Made FROM app.shelf
        WHERE spot = {local} OR spot IN {std::slice::from_ref(&local)} OR spot = {made});
    let _ = reads(query, |row| {
        let _: (f64, Option<f64>) = (row.spot.x, row.made.y);
    });
}

/// A struct behind pointers.
#[derive(SqlRow, Debug)]
struct Boxed {
    x: Box<f64>,
    y: Option<Box<f64>>,
}

#[test]
fn values_may_lie_behind_pointers() {
    let spot = Boxed { x: Box::new(1.0), y: None };
    let spots: Arc<[Boxed]> = Arc::new([]);
    let texts = Cow::Borrowed(&["a"][..]);
    let query = query!(
        SELECT spot AS spot: Box<Boxed> FROM app.shelf
        WHERE spot = {Rc::new(spot)} OR ARRAY[spot] = {spots} OR contains({texts}, label)
            OR label = {Box::<str>::from("x")} OR label = {Cow::from("x")}
    );
    let _ = reads(query, |row| {
        let _: (Box<f64>, Option<Box<f64>>) = (row.spot.x, row.spot.y);
    });
}

/// Each query declares its rows for itself, also where one is a parameter of another.
#[test]
fn queries_may_lie_in_each_other() {
    let query = query!(
        SELECT spot AS spot: Made, ARRAY[CAST({Made {
            x: {
                let inner = query!(SELECT place AS place: Made2 FROM app.event);
                let _ = reads(inner, |row| {
                    let _: Option<Option<f64>> = row.place.map(|place| place.lat);
                });
                1.0
            },
            y: None,
        }} AS row(x double, y double))] AS all: Vec<(f64, f64)>
        FROM app.shelf
    );
    let _ = reads(query, |row| drop((row.spot, row.all)));
}

row!(Made2 { lat: Option<f64> });
