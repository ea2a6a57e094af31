//! A folder of tables that is gone after the test, and queries as the macros
//! would write them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lakequery::__private::{Query, Row};
use lakequery::arrow_array::{
    ArrayRef, Decimal128Array, Int64Array, RecordBatch, StringArray, TimestampMillisecondArray,
};
use lakequery::{Engine, Lake, Result, Value};
use lakequery_types::{Column, Parameter, Piece, Statement, Type};
use parquet::arrow::ArrowWriter;
use tempfile::TempDir;

/// A folder of tables.
pub(crate) struct Folder {
    dir: TempDir,
}

impl Folder {
    pub(crate) fn new() -> Folder {
        Folder { dir: tempfile::tempdir().unwrap() }
    }

    /// With the table `tpch.orders` of three rows.
    pub(crate) fn with_orders() -> Folder {
        let folder = Folder::new();
        folder.parquet("tpch/orders.parquet", &orders());
        folder
    }

    pub(crate) fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        let path = self.dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(path), content).unwrap();
    }

    pub(crate) fn parquet(&self, path: &str, batch: &RecordBatch) {
        fs::write(self.path(path), parquet_bytes(batch)).unwrap();
    }

    pub(crate) async fn connect(&self) -> Lake {
        self.connect_with("").await
    }

    pub(crate) async fn connect_with(&self, options: &str) -> Lake {
        let url = format!("datafusion:{}{options}", self.dir.path().display());
        lakequery::connect(&url).await.unwrap()
    }
}

pub(crate) fn parquet_bytes(batch: &RecordBatch) -> Vec<u8> {
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(batch).unwrap();
    writer.into_inner().unwrap()
}

/// Three orders; the last one has no comment.
pub(crate) fn orders() -> RecordBatch {
    let price = Decimal128Array::from(vec![19_990, -5, 10_000_000_000]);
    let columns: [(&str, ArrayRef, bool); 4] = [
        ("o_orderkey", Arc::new(Int64Array::from(vec![1, 2, 3])), false),
        ("o_totalprice", Arc::new(price.with_precision_and_scale(12, 2).unwrap()), false),
        ("o_comment", Arc::new(StringArray::from(vec![Some("a"), Some(""), None])), true),
        ("o_time", Arc::new(TimestampMillisecondArray::from(vec![0, 1, -1])), false),
    ];
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

/// What a parameter is bound to.
pub(crate) enum Argument {
    One(Value),
    List(Vec<Value>),
}

/// A query as the macros write it, of run-time parts, which are never freed.
pub(crate) fn query<R>(
    pieces: &[Piece<'static>],
    columns: &[(&'static str, &'static str, bool)],
    parameters: &[&'static str],
    arguments: Vec<Argument>,
    decode: fn(Row<'_>) -> Result<R>,
) -> Query<R> {
    let ty = |name: &str| Type::parse(name).unwrap();
    let column = |&(name, type_name, nullable): &(&'static str, &str, bool)| Column {
        name,
        ty: ty(type_name),
        nullable,
    };
    let statement = Statement {
        sql: vec![(Engine::DataFusion, pieces.to_vec())],
        columns: columns.iter().map(column).collect(),
        parameters: parameters
            .iter()
            .map(|name| Parameter { ty: ty(name), compared: false })
            .collect(),
        location: "src/main.rs:7:9",
    };
    let query = Query::new(statement.write().leak(), decode);
    arguments.into_iter().fold(query, |query, argument| match argument {
        Argument::One(value) => query.__bind(value),
        Argument::List(values) => query.__bind_list(values),
    })
}
