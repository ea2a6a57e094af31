//! NULL inside of arrays, maps and rows: what is known of it, and where it comes
//! unexpected.

use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::Arc;

use lakequery::__private::sql_types::{Array, Date, Integer, Map, Row, Varchar};
use lakequery::arrow_array::builder::{
    Date32Builder, Int32Builder, ListBuilder, MapBuilder, StringBuilder,
};
use lakequery::arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray, StructArray};
use lakequery::arrow_schema::{DataType, Field};
use lakequery::chrono::NaiveDate;
use lakequery::{FromSql, Lake, Result, SqlRow, sql};
use lakequery_types::Piece;

use crate::folder::{Folder, query};

/// A row with a day, a size and a city, each NULL where it may be, and a row without.
fn shelf(nullable: bool) -> RecordBatch {
    let item = Field::new("element", DataType::Date32, nullable);
    let mut days = ListBuilder::new(Date32Builder::new()).with_field(item);
    days.append_value([Some(0), Some(1)]);
    days.append_value([Some(2), (!nullable).then_some(3)]);
    let value = Field::new("value", DataType::Int32, nullable);
    let mut sizes =
        MapBuilder::new(None, StringBuilder::new(), Int32Builder::new()).with_values_field(value);
    for size in [Some(1), (!nullable).then_some(2)] {
        sizes.keys().append_value("k");
        sizes.values().append_option(size);
        sizes.append(true).unwrap();
    }
    let spots = vec![Some("Ghent"), (!nullable).then_some("Bruges")];
    let members = vec![
        Field::new("city", DataType::Utf8, nullable),
        Field::new("zip", DataType::Utf8, false),
    ];
    let spots: [ArrayRef; 2] =
        [Arc::new(StringArray::from(spots)), Arc::new(StringArray::from(vec!["9000", "8000"]))];
    let spots = StructArray::new(members.into(), spots.into(), None);
    let columns: [(&str, ArrayRef, bool); 4] = [
        ("id", Arc::new(Int64Array::from(vec![1, 2])), false),
        ("days", Arc::new(days.finish()), false),
        ("sizes", Arc::new(sizes.finish()), false),
        ("spot", Arc::new(spots), false),
    ];
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

async fn lake(files: &[(&str, bool)]) -> (Folder, Lake) {
    let folder = Folder::new();
    for (file, nullable) in files {
        folder.parquet(&format!("app/{file}.parquet"), &shelf(*nullable));
    }
    let lake = folder.connect().await;
    (folder, lake)
}

#[tokio::test]
async fn files_tell_what_can_be_null() {
    let files = [("known", false), ("open", true), ("both/1", false), ("both/2", true)];
    let (_folder, lake) = lake(&files).await;
    let tables = lake.reflect(Default::default()).await.unwrap().all().await.unwrap();
    let found = tables.iter().map(|table| {
        let types = table.columns[1..].iter().map(|column| column.ty.to_string());
        (table.name.clone(), types.collect::<Vec<_>>())
    });
    let known = [
        "array(date not null)",
        "map(varchar,integer not null)",
        "row(\"city\" varchar not null, \"zip\" varchar not null)",
    ];
    let open =
        ["array(date)", "map(varchar,integer)", "row(\"city\" varchar, \"zip\" varchar not null)"];
    // One file whose values can be NULL is enough.
    let expected = [("both", open), ("known", known), ("open", open)]
        .map(|(name, types)| (name.to_owned(), types.map(str::to_owned).to_vec()));
    assert_eq!(found.collect::<HashMap<_, _>>(), HashMap::from(expected));
    let rows = sql("SELECT days, sizes, spot FROM app.\"both\" ORDER BY id, sizes['k']");
    let rows = rows.fetch_all(&lake).await.unwrap();
    assert_eq!(rows.len(), 4);
    let nulls = rows.iter().filter(|row| {
        row.get::<Vec<Option<NaiveDate>>>("days").unwrap().contains(&None)
            && row.get::<HashMap<String, Option<i32>>>("sizes").unwrap()["k"].is_none()
            && row.get::<(Option<String>, String)>("spot").unwrap().0.is_none()
    });
    assert_eq!(nulls.count(), 1);
}

/// Reads a column of `app.open`, compiled as this type.
async fn read<K, T: FromSql<K> + Debug>(column: &'static str, ty: &'static str) -> Result<Vec<T>> {
    let (_folder, lake) = lake(&[("open", true)]).await;
    let expression = if column == "deep" { "make_array(days)" } else { column };
    let text = format!("SELECT {expression} AS {column} FROM app.\"open\" ORDER BY id").leak();
    let columns = [(column, ty, true)];
    query(&[Piece::Text(text)], &columns, &[], vec![], |row| row.read::<T>(0))
        .fetch_all(&lake)
        .await
}

fn shown<T: Debug>(outcome: Result<Vec<T>>) -> String {
    let error = outcome.unwrap_err();
    assert!(error.is_unexpected_null());
    let at = " (datafusion, query at src/main.rs:7:9)";
    assert!(error.to_string().contains(at), "{error}");
    error.to_string().replace(at, "")
}

#[tokio::test]
async fn a_null_without_a_place_is_found_and_helped() {
    const DAYS: &str = "array(date)";
    assert!(read::<Array<Date>, Vec<Option<NaiveDate>>>("days", DAYS).await.is_ok());
    assert_eq!(
        shown(read::<Array<Date>, Vec<NaiveDate>>("days", DAYS).await),
        "column days: element 2 is NULL; its Rust type has no place for that NULL; \
         `Vec<Option<NaiveDate>>` has one: write `AS days: Vec<Option<NaiveDate>>` in the query, \
         or that type in your struct"
    );
    let sizes =
        read::<Map<Varchar, Integer>, HashMap<String, i64>>("sizes", "map(varchar,integer)");
    let error = shown(sizes.await);
    assert!(error.starts_with("column sizes: a value is NULL; "), "{error}");
    assert!(error.contains("`AS sizes: HashMap<String, Option<i64>>`"), "{error}");
    let spot = "row(\"city\" varchar, \"zip\" varchar)";
    let error = shown(read::<Row<(Varchar, Varchar)>, (String, String)>("spot", spot).await);
    assert!(error.starts_with("column spot: field city is NULL; "), "{error}");
    assert!(error.contains("`AS spot: (Option<String>, String)`"), "{error}");
    let deep = read::<Array<Array<Date>>, Vec<Vec<NaiveDate>>>("deep", "array(array(date))");
    let error = shown(deep.await);
    assert!(error.contains("element 2 of element 1 is NULL; "), "{error}");
    assert!(error.contains("`Vec<Vec<Option<NaiveDate>>>`"), "{error}");
}

/// What a spot is to a program that needs its zip only.
#[derive(SqlRow, Debug, PartialEq)]
struct Zip {
    zip: String,
}

#[derive(SqlRow, Debug, PartialEq)]
struct Spot {
    #[lake(field = "ZIP")]
    code: String,
    city: Option<String>,
}

#[derive(SqlRow, Debug)]
struct Whole {
    zip: String,
    city: String,
}

#[derive(SqlRow, Debug)]
struct Other {
    street: String,
}

#[tokio::test]
async fn structs_are_read_by_name() {
    let (_folder, lake) = lake(&[("open", true)]).await;
    let text = "SELECT spot, make_array(spot, NULL) AS spots, id FROM app.\"open\" ORDER BY id";
    let rows = sql(text).fetch_all(&lake).await.unwrap();
    let spot = |code: &str, city: Option<&str>| Spot {
        code: code.to_owned(),
        city: city.map(str::to_owned),
    };
    let expected = [spot("9000", Some("Ghent")), spot("8000", None)];
    for (row, expected) in rows.iter().zip(expected) {
        assert_eq!(row.get::<Zip>("spot").unwrap().zip, expected.code);
        assert_eq!(row.get::<Option<Spot>>("spot").unwrap().as_ref(), Some(&expected));
        assert_eq!(row.get::<Vec<Option<Spot>>>("spots").unwrap(), [Some(expected), None]);
    }
    let message = |error: lakequery::Error| error.to_string();
    let error = message(rows[1].get::<Whole>("spot").unwrap_err());
    let expected = "column spot: field city is NULL; give the field `city` of `Whole` the type \
        `Option<String>`";
    assert!(error.starts_with(expected), "{error}");
    let error = message(rows[0].get::<Vec<Zip>>("spots").unwrap_err());
    assert!(error.contains("element 2 is NULL; "), "{error}");
    assert!(error.contains("`Vec<Option<Zip>>`"), "{error}");
    let error = message(rows[1].get::<Vec<Option<Whole>>>("spots").unwrap_err());
    assert!(error.contains("field city of element 1 is NULL; "), "{error}");
    assert!(error.contains("the field `city` of `Whole`"), "{error}");
    let error = message(rows[0].get::<Other>("spot").unwrap_err());
    assert!(error.contains("the row has no field street; its fields are city, zip"), "{error}");
    let error = message(rows[0].get::<Zip>("id").unwrap_err());
    assert!(error.contains("bigint can't be read as the struct `Zip`"), "{error}");
    let text = [Piece::Text("SELECT spot FROM app.\"open\" ORDER BY id")];
    let columns = [("spot", "row(\"city\" varchar, \"zip\" varchar)", true)];
    let query = query(&text, &columns, &[], vec![], |row| row.read::<Whole>(0));
    let error = shown(query.fetch_all(&lake).await);
    assert_eq!(
        error,
        "column spot: field city is NULL; its Rust type has no place for that NULL; give the field \
         `city` of `Whole` the type `Option<String>`"
    );
}

#[tokio::test]
async fn arrow_batches_keep_what_is_nested() {
    let (_folder, lake) = lake(&[("known", false)]).await;
    let columns = [
        ("days", "array(date not null)", false),
        ("sizes", "map(varchar,integer not null)", false),
        ("spot", "row(\"city\" varchar, \"Zip\" varchar)", true),
        ("pair", "row(bigint, array(date not null))", true),
    ];
    let text = "SELECT days, sizes, spot, struct(id, days) AS pair FROM app.\"known\" ORDER BY id";
    let query = query(&[Piece::Text(text)], &columns, &[], vec![], |_| Ok(()));
    let mut batches = query.fetch_arrow(&lake).await.unwrap();
    let types: Vec<_> =
        batches.schema().fields().iter().map(|field| field.data_type().clone()).collect();
    let field = |name: &str, ty, nullable| Field::new(name, ty, nullable);
    let days = DataType::List(field("item", DataType::Date32, true).into());
    let entries = vec![field("key", DataType::Utf8, false), field("value", DataType::Int32, true)];
    let sizes =
        DataType::Map(field("entries", DataType::Struct(entries.into()), false).into(), false);
    let spot = vec![field("city", DataType::Utf8, true), field("Zip", DataType::Utf8, true)];
    let pair = vec![field("field0", DataType::Int64, true), field("field1", days.clone(), true)];
    let expected = [days, sizes, DataType::Struct(spot.into()), DataType::Struct(pair.into())];
    assert_eq!(types, expected);
    let mut rows = 0;
    while let Some(batch) = batches.next().await {
        rows += batch.unwrap().num_rows();
    }
    assert_eq!(rows, 2);
}

#[tokio::test]
async fn what_was_compiled_as_never_null_is_held_to_it() {
    for (column, ty) in [
        ("days", "array(date not null)"),
        ("sizes", "map(varchar,integer not null)"),
        ("spot", "row(\"city\" varchar not null, \"zip\" varchar)"),
    ] {
        let (_folder, lake) = lake(&[("open", true), ("known", false)]).await;
        for (table, broken) in [("open", true), ("known", false)] {
            let text = format!("SELECT {column} FROM app.\"{table}\"").leak();
            let query =
                query(&[Piece::Text(text)], &[(column, ty, false)], &[], vec![], |_| Ok(()));
            let outcome = query.fetch_all(&lake).await;
            assert_eq!(outcome.is_err(), broken, "{column} of {table}");
            let Err(error) = outcome else { continue };
            assert!(error.is_unexpected_null());
            let expected = format!("column {column} was compiled as {ty}, but there is a NULL");
            assert!(error.to_string().starts_with(&expected), "{error}");
        }
    }
}
