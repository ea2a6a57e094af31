//! Tables in memory: what queries see of them, and what is said where they do not fit.

use std::sync::Arc;

use lakequery::arrow_array::{
    ArrayRef, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray,
};
use lakequery::reflect::ReflectOptions;
use lakequery::{Lake, Query, Value, sql};
use lakequery_types::{Column, Piece, Table, Type};

use crate::folder::query;

/// A query that was compiled against the table `crm.customers` of these columns.
fn compiled(
    sql: &'static str,
    results: &[(&'static str, &'static str, bool)],
    columns: &[(&'static str, &str, bool)],
) -> Query<Vec<Value>> {
    let column = |&(name, ty, nullable): &(&'static str, &str, bool)| Column {
        name,
        ty: Type::parse(ty).unwrap(),
        nullable,
    };
    let table = Table {
        schema: "crm",
        name: "Customers",
        columns: columns.iter().map(column).collect(),
        options: Default::default(),
    };
    let width = results.len();
    assert_eq!(width, 1, "one column");
    let made = query(&[Piece::Text(sql)], results, &[], vec![], |row| Ok(vec![row.read(0)?]));
    made.__tables(Table::write(&[table]).leak())
}

async fn values(lake: &Lake, query: Query<Vec<Value>>) -> Result<Vec<String>, String> {
    match query.fetch_all(lake).await {
        Ok(rows) => Ok(rows.iter().flatten().map(Value::to_string).collect()),
        Err(error) => Err(error.to_string()),
    }
}

fn batch(columns: &[(&str, ArrayRef)]) -> RecordBatch {
    let columns = columns.iter().map(|(name, array)| (*name, Arc::clone(array), true));
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

const AMOUNT: [(&str, &str, bool); 1] = [("amount", "decimal(12,2)", true)];
const COLUMNS: [(&str, &str, bool); 4] = [
    ("id", "bigint", false),
    ("zip", "varchar", true),
    ("amount", "decimal(12,2)", true),
    ("tags", "array(varchar)", true),
];

#[tokio::test]
async fn texts_are_read_as_the_query_was_compiled() {
    let query = || compiled("SELECT amount FROM crm.customers ORDER BY id", &AMOUNT, &COLUMNS);
    for lake in [
        Lake::memory().csv("crm.customers", "ID,amount,zip\n2,7,00123\n1,12.5,\n"),
        Lake::memory().json("crm.customers", r#"[{"id":1,"amount":"12.50"},{"id":2,"amount":7}]"#),
        Lake::memory().table(
            "CRM.customers",
            [
                batch(&[
                    ("amount", Arc::new(Int32Array::from(vec![7])) as ArrayRef),
                    ("Id", Arc::new(Int32Array::from(vec![2]))),
                ]),
                batch(&[
                    ("amount", Arc::new(Int32Array::from(vec![None])) as ArrayRef),
                    ("Id", Arc::new(Int32Array::from(vec![3]))),
                ]),
            ],
        ),
    ] {
        let lake = lake.open().unwrap();
        let found = values(&lake, query()).await.unwrap();
        assert!(found == ["12.50", "7.00"] || found == ["7.00", "NULL"], "{found:?}");
    }
    // Codes keep their zeros, and what is left out is NULL.
    let lake = Lake::memory().csv("crm.customers", "id,zip\n1,00123\n").open().unwrap();
    let zip = compiled("SELECT zip FROM crm.customers", &[("zip", "varchar", true)], &COLUMNS);
    assert_eq!(values(&lake, zip).await.unwrap(), ["00123"]);
    assert_eq!(values(&lake, query()).await.unwrap(), ["NULL"]);
    // SQL that was not compiled sees what was given.
    let row = sql("SELECT * FROM crm.customers").fetch_one(&lake).await.unwrap();
    let columns: Vec<_> = row.columns().iter().map(|c| format!("{} {}", c.name, c.ty)).collect();
    assert_eq!(columns, ["id bigint", "zip varchar"]);
}

#[tokio::test]
async fn what_does_not_fit_is_said() {
    let text: ArrayRef = Arc::new(StringArray::from(vec!["x"]));
    let double: ArrayRef = Arc::new(Float64Array::from(vec![12.5]));
    let ids: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), None]));
    let id: ArrayRef = Arc::new(Int64Array::from(vec![1]));
    let table =
        |columns: &[(&str, ArrayRef)]| Lake::memory().table("crm.customers", [batch(columns)]);
    for (lake, expected) in [
        (
            table(&[("id", Arc::clone(&id)), ("amount", double)]),
            "column amount of the table `crm.customers` was given as double, and the query was compiled for decimal(12,2)",
        ),
        (
            table(&[("id", text)]),
            "column id of the table `crm.customers` was given as varchar, and the query was compiled for bigint",
        ),
        (
            table(&[("id", ids)]),
            "column id of the table `crm.customers` is never NULL, and row 2 has NULL",
        ),
        (
            Lake::memory().json("crm.customers", "{\"zip\":\"1\"}"),
            "column id of the table `crm.customers` is never NULL, and row 1 has NULL",
        ),
        (
            Lake::memory().csv("crm.customers", "id,amount\n1,12.505\n"),
            "`crm.customers` can't be read: line 2 has `12.505` for column amount, which is not a decimal(12,2)",
        ),
        (
            Lake::memory().csv("crm.customers", "id,amount\n1\n"),
            "`crm.customers` can't be read: line 2 has 1 value, and the first line names 2 columns",
        ),
        (Lake::memory(), "the table `crm.customers` was not given"),
        (
            Lake::memory().csv("crm.customer", "id\n1\n"),
            "the table `crm.customers` was not given (datafusion, query at src/main.rs:7:9); did you mean `crm.customer`?",
        ),
        (
            Lake::memory()
                .table("crm.customers", [batch(&[("id", Arc::clone(&id))]), batch(&[("x", id)])]),
            "the batches of the table `crm.customers` differ in columns",
        ),
    ] {
        let query = compiled("SELECT amount FROM crm.customers", &AMOUNT, &COLUMNS);
        let error = values(&lake.open().unwrap(), query).await.unwrap_err();
        assert!(error.starts_with(expected), "{error}\nnot\n{expected}");
    }
    // What is never NULL has to be given where it is read, and only there.
    let lake = Lake::memory().csv("crm.customers", "zip\n1\n").open().unwrap();
    let read = compiled("SELECT amount FROM crm.customers", &AMOUNT, &COLUMNS);
    assert_eq!(values(&lake, read).await.unwrap(), ["NULL"]);
    let read = compiled("SELECT id FROM crm.customers", &[("id", "bigint", false)], &COLUMNS);
    let error = values(&lake, read).await.unwrap_err();
    assert!(error.contains("column `id` does not exist"), "{error}");
    for (name, expected) in [
        ("", "the table `` is not a name; write `schema.table`"),
        ("a.", "the table `a.` is not a name; write `schema.table`"),
        ("s.t", "the table `s.t` is given twice; put all rows of a table together"),
        ("S.T", "the table `S.T` is given twice; put all rows of a table together"),
    ] {
        let error = Lake::memory().csv("s.t", "a\n1\n").csv(name, "a\n1\n").open().unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

#[tokio::test]
async fn tables_are_joined_and_reflected() {
    let orders = batch(&[("customer", Arc::new(Int64Array::from(vec![1, 1, 3])) as ArrayRef)]);
    let lake = Lake::memory()
        .table("shop.orders", [orders])
        .csv("crm.customers", "id,name\n1,Ada\n2,Grace\n")
        .csv("people", "id\n7\n")
        .open()
        .unwrap();
    let joined = "SELECT name, count(customer) FROM crm.customers LEFT JOIN shop.orders ON id = customer GROUP BY name ORDER BY name";
    let rows = sql(joined).fetch_all(&lake).await.unwrap();
    let rows: Vec<(String, i64)> =
        rows.iter().map(|row| (row.get(0).unwrap(), row.get(1).unwrap())).collect();
    assert_eq!(rows, [("Ada".to_owned(), 2), ("Grace".to_owned(), 0)]);
    assert_eq!(sql("SELECT id FROM people").fetch_all(&lake).await.unwrap().len(), 1);
    let tables = lake.reflect(ReflectOptions::all()).await.unwrap().all().await.unwrap();
    let names: Vec<_> = tables.iter().map(|t| format!("{}.{}", t.schema, t.name)).collect();
    assert_eq!(names, ["crm.customers", "default.people", "shop.orders"]);
    let some = lake.reflect(ReflectOptions::schemas(["CRM"])).await.unwrap();
    assert_eq!(some.remaining(), 1);
}
