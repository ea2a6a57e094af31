//! Reflection: what Dremio lists, and what plans say of the columns.

use std::sync::Arc;

use lakequery::arrow_schema::{DataType, Field, Fields, Schema, TimeUnit, UnionFields, UnionMode};
use lakequery::reflect::ReflectOptions;
use tonic::Status;

use crate::server::{Answer, Server, connect, serve_by, texts, url_at};

const SCHEMAS: &str = "SELECT SCHEMA_NAME FROM INFORMATION_SCHEMA.\"SCHEMATA\"";
const TABLES: &str = "SELECT TABLE_SCHEMA, TABLE_NAME FROM INFORMATION_SCHEMA.\"TABLES\" WHERE \
                      TABLE_TYPE IN ('TABLE', 'VIEW')";

fn orders() -> Answer {
    let union = UnionFields::try_new(
        [0, 1],
        [Field::new("int", DataType::Int32, true), Field::new("text", DataType::Utf8, true)],
    );
    let list = |ty| DataType::List(Arc::new(Field::new("$data$", ty, true)));
    let place = Fields::from(vec![
        Field::new("zip", DataType::Int32, true),
        Field::new("since", DataType::Date64, true),
    ]);
    let field = |name: &str, ty| Field::new(name, ty, true);
    let schema = Schema::new(vec![
        field("id", DataType::Int64),
        field("price", DataType::Decimal128(12, 2)),
        field("day", DataType::Date64),
        field("at", DataType::Timestamp(TimeUnit::Millisecond, None)),
        field("tags", list(list(DataType::Utf8))),
        field("place", DataType::Struct(place)),
        field("mixed", DataType::Union(union.unwrap(), UnionMode::Sparse)),
    ]);
    Answer::Rows(Arc::new(schema), Vec::new())
}

async fn serve() -> Server {
    let listed: &[&[&str]] =
        &[&["lake.sales", "orders"], &["Samples.samples.dremio.com", "zips.json"]];
    serve_by(move |sql, _| {
        Some(match sql {
            SCHEMAS => texts(
                &["SCHEMA_NAME"],
                &[
                    &["lake"],
                    &["lake.sales"],
                    &["lake.empty"],
                    &["Samples"],
                    &["Samples.samples.dremio.com"],
                    &["sys"],
                ],
            ),
            TABLES => texts(&["TABLE_SCHEMA", "TABLE_NAME"], listed),
            sql if sql.starts_with(TABLES) => {
                let wanted: Vec<&[&str]> = listed
                    .iter()
                    .copied()
                    .filter(|row| sql.contains(&format!("'{}'", row[0].to_lowercase())))
                    .collect();
                texts(&["TABLE_SCHEMA", "TABLE_NAME"], &wanted)
            }
            r#"SELECT * FROM "lake"."sales"."orders""# => orders(),
            r#"SELECT * FROM "LAKE"."Sales"."orders""# => orders(),
            r#"SELECT * FROM "Samples"."samples.dremio.com"."zips.json""# => {
                Answer::Refused(Status::permission_denied("Access denied reading zips.json."))
            }
            other => panic!("{other}"),
        })
    })
    .await
}

#[tokio::test]
async fn tables_are_told_with_the_columns_of_their_plans() {
    for (schema, more, called) in [
        ("lake.sales", "", "lake.sales"),
        ("LAKE.Sales", "", "LAKE.Sales"),
        ("\"lake\".sales", "", "\"lake\".sales"),
        ("", "&schema=lake.sales", ""),
    ] {
        let server = serve().await;
        let lake = lakequery::connect(&url_at(&server.address, more)).await.unwrap();
        let tables = lake.reflect(ReflectOptions::schemas([schema])).await.unwrap();
        let tables = tables.all().await.unwrap();
        let [table] = &tables[..] else { panic!("{tables:?}") };
        assert_eq!((table.schema.as_str(), table.name.as_str()), (called, "orders"));
        let columns: Vec<String> = table
            .columns
            .iter()
            .map(|c| format!("{} {}{}", c.name, c.ty, if c.nullable { "?" } else { "" }))
            .collect();
        assert_eq!(
            columns,
            [
                "id bigint?",
                "price decimal(12,2)?",
                "day date?",
                "at timestamp(3)?",
                "tags array(array(varchar))?",
                "place row(\"zip\" integer, \"since\" date)?",
            ]
        );
        assert_eq!(table.skipped[0].0, "mixed");
        // The tables are planned and not read.
        assert_eq!(server.came("run", "SELECT *"), 0);
    }
}

#[tokio::test]
async fn a_table_that_can_not_be_planned_is_an_error_and_the_others_follow() {
    let server = serve().await;
    let lake = connect(&server).await;
    let mut tables = lake.reflect(ReflectOptions::all()).await.unwrap();
    assert_eq!(tables.remaining(), 2);
    assert_eq!(tables.upcoming(), Some(("Samples.samples.dremio.com", "zips.json")));
    let error = tables.next().await.unwrap().unwrap_err();
    assert!(error.is_sign_in() && error.to_string().contains("Access denied"), "{error}");
    assert_eq!(tables.next().await.unwrap().unwrap().schema, "lake.sales");
}

#[tokio::test]
async fn a_schema_that_is_not_there_is_named() {
    let server = serve().await;
    let lake = connect(&server).await;
    for (schema, text) in [
        ("lake.sale", "the schema `lake.sale` does not exist (dremio); did you mean `lake.sales`?"),
        ("x", "the schema `x` does not exist (dremio); there are lake, lake.sales"),
        ("a..b", "`a..b` can't be the path of a schema"),
        ("", "the URL names no schema, whose tables are wanted"),
    ] {
        let error = lake.reflect(ReflectOptions::schemas([schema])).await.unwrap_err();
        assert!(error.is_not_found() && error.to_string().contains(text), "{error}");
    }
    let empty = lake.reflect(ReflectOptions::schemas(["lake.empty"])).await.unwrap();
    assert_eq!(empty.remaining(), 0);
}
