//! Reflection: what is there, in a fixed order, one table after the other.

use lakequery::reflect::{ReflectOptions, ReflectedTable};

use crate::folder::{Folder, orders};

fn shown(table: &ReflectedTable) -> String {
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|c| format!("{} {}{}", c.name, c.ty, if c.nullable { "" } else { " not null" }))
        .collect();
    let guessed = if table.inferred { " (inferred)" } else { "" };
    format!("{}.{}: {}{guessed}", table.schema, table.name, columns.join(", "))
}

#[tokio::test]
async fn all_tables_come_in_order() {
    let folder = Folder::with_orders();
    folder.parquet("tpch/Archive/1.parquet", &orders().project(&[0]).unwrap());
    folder.write("b/c.csv", "X\n1\n");
    folder.write("empty/readme.txt", "");
    folder.parquet("top.parquet", &orders().project(&[0, 2]).unwrap());
    let lake = folder.connect().await;
    let tables = lake.reflect(ReflectOptions::all()).await.unwrap().all().await.unwrap();
    assert_eq!(
        tables.iter().map(shown).collect::<Vec<_>>(),
        [
            "b.c: x bigint (inferred)",
            "default.top: o_orderkey bigint not null, o_comment varchar",
            "tpch.Archive: o_orderkey bigint not null",
            "tpch.orders: o_orderkey bigint not null, o_totalprice decimal(12,2) not null, o_comment varchar, o_time timestamp(3) not null",
        ]
    );
    let some = lake.reflect(ReflectOptions::schemas(["TPCH", "b", "tpch"])).await.unwrap();
    assert_eq!(some.remaining(), 3);
    assert_eq!(some.upcoming(), Some(("b", "c")));
    let error = lake.reflect(ReflectOptions::schemas(["tcph"])).await.unwrap_err();
    assert!(error.is_not_found());
    assert!(error.to_string().contains("did you mean `tpch`?"), "{error}");
}

#[tokio::test]
async fn a_broken_table_does_not_hide_the_others() {
    let folder = Folder::with_orders();
    folder.write("tpch/bad.parquet", "no Parquet at all");
    let lake = folder.connect().await;
    let mut reflection = lake.reflect(ReflectOptions::all()).await.unwrap();
    assert_eq!(reflection.remaining(), 2);
    let bad = reflection.next().await.unwrap().unwrap_err();
    assert!(bad.is_broken_data() && bad.to_string().contains("bad.parquet"), "{bad}");
    assert_eq!(reflection.next().await.unwrap().unwrap().name, "orders");
    assert!(reflection.next().await.is_none());
}

#[tokio::test]
async fn columns_without_a_type_are_skipped_and_named() {
    use lakequery::arrow_array::{ArrayRef, Decimal256Array, Int64Array, RecordBatch};
    use std::sync::Arc;

    let wide = Decimal256Array::from_iter_values([Default::default()]);
    let columns: [(&str, ArrayRef); 2] = [
        ("wide", Arc::new(wide.with_precision_and_scale(76, 0).unwrap())),
        ("key", Arc::new(Int64Array::from(vec![1]))),
    ];
    let folder = Folder::new();
    folder.parquet("t.parquet", &RecordBatch::try_from_iter(columns).unwrap());
    let lake = folder.connect().await;
    let tables = lake.reflect(ReflectOptions::all()).await.unwrap().all().await.unwrap();
    assert_eq!(shown(&tables[0]), "default.t: key bigint not null");
    assert_eq!(tables[0].skipped, [("wide".to_owned(), "Decimal256(76, 0)".to_owned())]);
    let row = lakequery::sql("SELECT key FROM t").fetch_one(&lake).await.unwrap();
    assert_eq!(row.get::<i64>("key").unwrap(), 1);
    let row = lakequery::sql("SELECT wide FROM t").fetch_one(&lake).await.unwrap();
    assert!(row.get::<lakequery::Decimal>("wide").unwrap_err().is_decode());
}
