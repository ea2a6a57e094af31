//! Reflection against a warehouse that tells of its tables as documented.

use std::sync::Arc;

use lakequery::arrow_array::{ArrayRef, StringArray};
use lakequery::reflect::ReflectOptions;

use crate::http::{Reply, Seen, Server};
use crate::warehouse::{Answer, chunk, url};

const ORDERS: &str = r#"{"table_name":"orders","catalog_name":"main","schema_name":"sales","type":"MANAGED","columns":[{"name":"id","type":{"name":"bigint"},"comment":"the key","nullable":false},{"name":"price","type":{"name":"decimal","precision":12,"scale":2},"nullable":true},{"name":"tags","type":{"name":"array","element_type":{"name":"string","collation":"UTF8_BINARY"},"element_nullable":false},"nullable":true},{"name":"place","type":{"name":"geometry","srid":4326},"nullable":true},{"name":"name","type":{"name":"string","collation":"UTF8_LCASE"},"nullable":true},{"name":"day","type":{"name":"date"},"nullable":true}],"partition_columns":["day"],"comment":"what was ordered","table_properties":{"a":"b"}}"#;

/// Rows of texts.
fn texts(columns: &[&str], rows: &[&[&str]]) -> Answer {
    let arrays = (0..columns.len()).map(|i| {
        let values = rows.iter().map(|row| row[i]);
        (columns[i], Arc::new(StringArray::from_iter_values(values)) as ArrayRef)
    });
    Answer {
        columns: columns.iter().map(|name| ((*name).to_owned(), "STRING".to_owned())).collect(),
        chunks: vec![chunk(&arrays.collect::<Vec<_>>(), 1)],
        packed: true,
    }
}

fn told(seen: &Seen) -> Option<Answer> {
    let statement = seen.body.split(r#""statement":""#).nth(1)?.split(r#"",""#).next()?;
    Some(match statement {
        "SHOW SCHEMAS" | "SHOW SCHEMAS IN `main`" => {
            texts(&["databaseName"], &[&["information_schema"], &["sales"]])
        }
        "SHOW TABLES IN `sales`" | "SHOW TABLES IN `main`.`sales`" => texts(
            &["database", "tableName", "isTemporary"],
            &[&["sales", "orders", "false"], &["", "temp", "true"]],
        ),
        "DESCRIBE TABLE EXTENDED `sales`.`orders` AS JSON"
        | "DESCRIBE TABLE EXTENDED `main`.`sales`.`orders` AS JSON" => {
            texts(&["json_metadata"], &[&[ORDERS]])
        }
        other => panic!("{other}"),
    })
}

/// A warehouse in which the chunk that is asked for is the last statement's.
async fn serve() -> Server {
    let last = std::sync::Mutex::new(Answer::default());
    Answer::default()
        .serve_but(move |seen, _| {
            let mut last = last.lock().unwrap();
            if let Some(answer) = told(seen) {
                *last = answer;
            }
            let rows = seen.path.starts_with("/storage/") || seen.path.ends_with("/statements");
            rows.then(|| -> Reply { last.reply(seen) })
        })
        .await
}

#[tokio::test]
async fn tables_are_told_with_their_columns() {
    for (schemas, called) in
        [(&[][..], "sales"), (&["sales"], "sales"), (&["main.sales"], "main.sales")]
    {
        let server = serve().await;
        let lake = lakequery::connect(&url(&server, "")).await.unwrap();
        let options = ReflectOptions::schemas(schemas.iter().copied());
        let tables = lake.reflect(options).await.unwrap().all().await.unwrap();
        let [table] = &tables[..] else { panic!("{tables:?}") };
        assert_eq!((table.schema.as_str(), table.name.as_str()), (called, "orders"));
        assert_eq!(table.comment.as_deref(), Some("what was ordered"));
        assert_eq!(table.partitioned_by, ["day"]);
        let columns: Vec<String> = table
            .columns
            .iter()
            .map(|c| format!("{} {}{}", c.name, c.ty, if c.nullable { "?" } else { "" }))
            .collect();
        assert_eq!(
            columns,
            ["id bigint", "price decimal(12,2)?", "tags array(varchar not null)?", "day date?"]
        );
        assert_eq!(table.columns[0].comment.as_deref(), Some("the key"));
        let skipped: Vec<(&str, &str)> =
            table.skipped.iter().map(|(name, ty)| (name.as_str(), ty.as_str())).collect();
        assert_eq!(skipped, [("place", "geometry"), ("name", "string collate UTF8_LCASE")]);
    }
}

#[tokio::test]
async fn a_schema_that_is_not_there_is_named() {
    let server = serve().await;
    let lake = lakequery::connect(&url(&server, "")).await.unwrap();
    for (schema, text) in [
        (
            "sale",
            "the session's catalog does not have the schema `sale` (databricks); did you mean `sales`?",
        ),
        (
            "main.other",
            "catalog `main` does not have the schema `other` (databricks); it has information_schema, sales",
        ),
    ] {
        let error = lake.reflect(ReflectOptions::schemas([schema])).await.unwrap_err();
        assert!(error.is_not_found() && error.to_string().contains(text), "{error}");
    }
}
