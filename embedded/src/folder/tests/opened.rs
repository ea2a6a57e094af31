//! Which files are opened: counted at the store that all Parquet files are read from.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use arrow_array::Int64Array;
use async_trait::async_trait;
use bytes::Bytes;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::object_store::local::LocalFileSystem;
use datafusion::object_store::path::Path;
use datafusion::object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use futures::stream::BoxStream;

use super::{Lake, numbered, parquet};

/// The files of this machine, with a list of those that are opened.
#[derive(Debug, Default)]
struct Watched {
    inner: LocalFileSystem,
    opened: Mutex<BTreeSet<String>>,
}

impl fmt::Display for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("watched")
    }
}

#[async_trait]
impl ObjectStore for Watched {
    async fn put_opts(&self, at: &Path, what: PutPayload, how: PutOptions) -> Result<PutResult> {
        self.inner.put_opts(at, what, how).await
    }

    async fn put_multipart_opts(
        &self,
        at: &Path,
        how: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(at, how).await
    }

    async fn get_opts(&self, at: &Path, how: GetOptions) -> Result<GetResult> {
        self.opened.lock().unwrap().insert(at.to_string());
        self.inner.get_opts(at, how).await
    }

    async fn get_ranges(&self, at: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.opened.lock().unwrap().insert(at.to_string());
        self.inner.get_ranges(at, ranges).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, how: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, how).await
    }
}

impl Lake {
    /// Counts the files that are opened from now on.
    fn watched(&self) -> Arc<Watched> {
        let store = Arc::new(Watched::default());
        let url = ObjectStoreUrl::local_filesystem();
        let context = self.session.context();
        context.register_object_store(url.as_ref(), Arc::clone(&store) as _);
        store
    }
}

impl Watched {
    /// How many files were opened since the last time.
    fn opened(&self) -> usize {
        std::mem::take(&mut *self.opened.lock().unwrap()).len()
    }
}

#[tokio::test]
async fn partitions_are_told_apart_before_a_file_is_opened() {
    let lake = Lake::new();
    let day = parquet(&[("id", Arc::new(Int64Array::from(vec![1, 2, 3])))]);
    for number in 0..10_000 {
        let (region, shop) = (["EU", "US"][number % 2], number / 2);
        lake.write(&format!("s/sales/region={region}/shop={shop}/0.parquet"), &day);
    }
    let store = lake.watched();
    // 32 files are looked at once, for the columns of the table; then only what is read.
    for (query, expected, opened) in [
        ("SELECT count(*) FROM s.sales WHERE region = 'EU' AND shop = 4711", "3", 32 + 1),
        ("SELECT count(*) FROM s.sales WHERE region = 'EU' AND shop = 4711", "3", 0),
        ("SELECT sum(id) FROM s.sales WHERE shop IN (5, 6)", "24", 4),
        ("SELECT sum(id) FROM s.sales WHERE shop > 4990 AND region <> 'US'", "54", 9),
        ("SELECT count(*) FROM s.sales WHERE shop BETWEEN 20 AND 22 OR shop = 25", "24", 8),
        ("SELECT count(id) FROM s.sales WHERE NOT (shop <> 7)", "6", 2),
        ("SELECT count(*) FROM s.sales WHERE shop = 99999", "0", 0),
        ("SELECT count(*) FROM s.sales WHERE lower(region) = 'eu' AND shop % 1000 = 1", "15", 5),
        ("SELECT max(id) FROM s.sales WHERE CAST(shop AS varchar) LIKE '123_'", "3", 20),
        (
            "SELECT max(id) FROM s.sales WHERE shop = (SELECT 40) AND (shop = 40 OR shop = 41)",
            "3",
            4,
        ),
    ] {
        store.opened();
        assert_eq!(lake.rows(query).await, [expected], "{query}");
        assert_eq!(store.opened(), opened, "{query}");
    }
    store.opened();
    let rows = lake.rows("SELECT * FROM s.sales LIMIT 10").await;
    let opened = store.opened();
    assert_eq!(rows.len(), 10);
    assert!(opened < 100, "{opened} files for ten rows");
}

#[tokio::test]
async fn a_broken_file_in_another_partition_is_not_looked_at() {
    let lake = Lake::new();
    lake.parquet("s/t/day=1/0.parquet", &[("id", Arc::new(Int64Array::from(vec![7])))]);
    lake.write("s/t/day=2/0.parquet", "PAR1 is not all that it takes");
    lake.write("s/t/day=3/0.parquet", "");
    assert_eq!(lake.rows("SELECT id FROM s.t WHERE day = 1").await, ["7"]);
    for (day, reason) in [(2, "it is not a complete Parquet file"), (3, "it is empty")] {
        let error = lake.error(&format!("SELECT id FROM s.t WHERE day = {day}")).await;
        let expected = format!("`ROOT/s/t/day={day}/0.parquet` can't be read: {reason}");
        assert!(error.starts_with(&expected), "{error}");
    }
    assert!(lake.error("SELECT id FROM s.t").await.contains("day=2"));
}

/// Of a large table only some files are looked at for its columns.
#[tokio::test]
async fn a_file_with_other_columns_is_found_when_it_is_read() {
    let narrow = parquet(&[("id", Arc::new(arrow_array::Int32Array::from(vec![1])))]);
    let many = |lake: &Lake| {
        for number in 0..1_500 {
            lake.write(&numbered("s/t", number, "parquet"), &narrow);
        }
    };
    let wide: arrow_array::ArrayRef = Arc::new(Int64Array::from(vec![i64::MAX]));
    for (columns, wrong) in [
        (
            vec![("id", Arc::clone(&wide))],
            "column id is bigint in `ROOT/s/t/part-00077.parquet` and integer in the files that were looked at",
        ),
        (
            vec![("more", Arc::clone(&wide))],
            "`ROOT/s/t/part-00077.parquet` has a column more that the files that were looked at do not have",
        ),
    ] {
        let lake = Lake::new();
        many(&lake);
        lake.parquet("s/t/part-00077.parquet", &columns);
        let query = "SELECT * FROM s.t";
        let error = lake.error(query).await;
        assert_eq!(error, format!("{wrong}; run the query again: all files are looked at then"));
        assert_eq!(lake.rows(query).await.len(), 1_500);
        assert_eq!(lake.rows("SELECT max(id) FROM s.t").await.len(), 1);
    }
}
