//! Files that are not what they should be: always an error that names the
//! file, never a short result, never a panic.

use std::fs;
use std::sync::Arc;

use lakequery::arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use lakequery::{Error, sql};

use crate::folder::{Folder, orders, parquet_bytes};

async fn error(folder: &Folder, text: &str) -> Error {
    let lake = folder.connect().await;
    match sql(text).fetch_all(&lake).await {
        Ok(rows) => panic!("{text}: {rows:?}"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn a_folder_that_is_not_there() {
    let folder = Folder::with_orders();
    let connect =
        async |path: &str| lakequery::connect(&format!("datafusion:{path}")).await.unwrap_err();
    let missing = folder.path("nowhere").display().to_string();
    let error = connect(&missing).await;
    assert!(error.is_not_found());
    assert_eq!(error.to_string(), format!("`{missing}` does not exist (datafusion)"));
    let error = connect("no/such/folder").await;
    assert!(error.to_string().contains("starts at the current folder, /"), "{error}");
    let file = folder.path("tpch/orders.parquet").display().to_string();
    let error = connect(&file).await;
    assert_eq!(
        error.to_string(),
        format!(
            "`{file}` is a file, not a folder (datafusion); name the folder that the table's file is in"
        )
    );
    // Gone after it was opened.
    let lake = folder.connect().await;
    fs::remove_dir_all(folder.path("tpch")).unwrap();
    assert!(sql("SELECT * FROM tpch.orders").fetch_all(&lake).await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn parquet_cut_short_anywhere() {
    let whole = parquet_bytes(&orders());
    let folder = Folder::new();
    for length in [
        0,
        1,
        3,
        4,
        7,
        8,
        12,
        whole.len() / 4,
        whole.len() / 2,
        whole.len() - 9,
        whole.len() - 8,
        whole.len() - 5,
        whole.len() - 4,
        whole.len() - 1,
    ] {
        folder.write("t.parquet", &whole[..length]);
        let error = error(&folder, "SELECT * FROM t").await;
        assert!(error.is_broken_data(), "{length}: {error:?}");
        assert!(
            error.to_string().contains("t.parquet` can't be read: it is "),
            "{length}: {error}"
        );
    }
    // One of several.
    folder.write("s/u/1.parquet", &whole);
    folder.write("s/u/2.parquet", &whole[..whole.len() / 2]);
    let error = error(&folder, "SELECT * FROM s.u").await;
    assert!(
        error.to_string().contains("2.parquet` can't be read: it is not a complete Parquet file"),
        "{error}"
    );
}

#[tokio::test]
async fn parquet_with_a_hole() {
    // Any byte of the data may be wrong; the footer still promises three rows.
    let whole = parquet_bytes(&orders());
    let folder = Folder::new();
    let lake = folder.connect().await;
    let good = format!("{:?}", {
        folder.write("t.parquet", &whole);
        sql("SELECT * FROM t").fetch_all(&lake).await.unwrap()
    });
    let mut errors = 0;
    for at in (4..whole.len() - 8).step_by(7) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0xff;
        // Another name each time, so that nothing remembered of one serves for another.
        folder.write(&format!("t{at}.parquet"), &bytes);
        match sql(format!("SELECT * FROM t{at}")).fetch_all(&lake).await {
            // Values are not protected; how many rows there are is.
            Ok(rows) => assert_eq!(rows.len(), 3, "{at}"),
            Err(error) => {
                errors += 1;
                let text = error.to_string();
                assert!(
                    error.is_broken_data()
                        || error.is_unsupported()
                        || error.is_query()
                        || error.is_internal(),
                    "{at}: {error:?}"
                );
                assert!(!text.is_empty());
            }
        }
    }
    assert!(errors > 10, "{errors}");
    assert_eq!(format!("{:?}", sql("SELECT * FROM t").fetch_all(&lake).await.unwrap()), good);
}

#[tokio::test]
async fn columns_that_disagree() {
    let folder = Folder::new();
    let numbers: ArrayRef = Arc::new(Int64Array::from(vec![1]));
    let texts: ArrayRef = Arc::new(StringArray::from(vec!["x"]));
    folder.parquet("s/t/1.parquet", &RecordBatch::try_from_iter([("a", numbers)]).unwrap());
    folder.parquet("s/t/2.parquet", &RecordBatch::try_from_iter([("a", texts)]).unwrap());
    let error = error(&folder, "SELECT * FROM s.t").await;
    assert!(error.is_broken_data());
    let text = error.to_string();
    assert!(
        text.starts_with("column a is bigint in `") && text.contains("1.parquet` and varchar in `"),
        "{text}"
    );
}

#[tokio::test]
async fn texts_that_are_not_what_they_seemed() {
    let folder = Folder::new();
    let late = |last: &str| format!("a,b\n{}{last}", "1,x\n".repeat(1500));
    folder.write("s/ragged.csv", late("1\n"));
    folder.write("s/latin.csv", [late("1,x\n").as_bytes(), b"1,caf\xe9\n"].concat());
    folder.write("s/early.csv", b"a,b\n1,caf\xe9\n");
    folder.write("s/header.csv", b"a\xe9,b\n1,2\n");
    folder.write("s/unnamed.csv", "a,,c\n1,2,3\n");
    folder.write("s/empty.csv", "");
    folder.write("s/blank.json", "");
    folder.write("s/cut.json", "{\"a\":1}\n{\"a\":");
    folder.write("s/two/1.csv", "a\n1\n");
    folder.write("s/two/1.json", "{\"a\":1}\n");
    folder.write("s/packed/1.csv.gz", "x");
    folder.write("s/parts/day=1/1.csv", "a\n1\n");
    folder.write("s/parts/2.csv", "a\n1\n");
    for (table, expected) in [
        ("ragged", "ragged.csv` can't be read: line 1502 has 1 value"),
        ("latin", "latin.csv` can't be read: line 1503 is not UTF-8"),
        ("early", "early.csv` can't be read: line 2 is not UTF-8: byte 6 of the line"),
        ("header", "header.csv` can't be read: line 1 is not UTF-8: byte 2 of the line"),
        ("unnamed", "unnamed.csv` has no name"),
        ("empty", "empty.csv` can't be read: it is empty"),
        ("blank", "table `s.blank` has no columns: its files are empty"),
        ("cut", "cut.json` can't be read: line 2 begins an object that has no end"),
        ("two", "has both CSV and JSON files"),
        ("packed", "1.csv.gz` is not gzip, as its name says"),
        (
            "parts",
            "2.csv` of table `s.parts` lies beside partitions such as `day=1`, and is in none",
        ),
    ] {
        let error = error(&folder, &format!("SELECT * FROM s.{table}")).await;
        println!("{table}: {error:?}");
        assert!(!error.is_internal() && !error.is_query(), "{table}: {error:?}");
        assert!(error.to_string().contains(expected), "{table}: {error}");
    }
}
