//! A small lake for one test: files in a folder that is removed afterwards.

use std::error::Error;
use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use lakequery::Lake;
use lakequery::arrow_array::{
    ArrayRef, Date32Array, Decimal128Array, Int64Array, RecordBatch, types::Date32Type,
};
use lakequery::chrono::NaiveDate;
use parquet::arrow::ArrowWriter;
use tempfile::TempDir;

/// The lake. Each test has one of its own, so that they can run at the same time.
pub(crate) struct Fixtures {
    folder: TempDir,
}

impl Fixtures {
    /// The files of `fixtures/`: tables whose types a CSV file can tell.
    pub(crate) fn new() -> Result<Fixtures, Box<dyn Error>> {
        let folder = TempDir::new()?;
        fs::create_dir(folder.path().join("tpch"))?;
        let customers = Path::new("tpch/customer.csv");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(customers);
        fs::copy(source, folder.path().join(customers))?;
        Ok(Fixtures { folder })
    }

    /// Writes orders: key, customer, price and date. Prices are decimals, which a CSV
    /// file can't say; and only the columns that the queries read are needed.
    pub(crate) fn orders(
        &self,
        orders: &[(i64, i64, &str, NaiveDate)],
    ) -> Result<(), Box<dyn Error>> {
        let prices = orders.iter().map(|(_, _, price, _)| {
            let price: lakequery::Decimal = price.parse()?;
            Ok(price.rescale(2).ok_or("a price has two decimal places")?.unscaled())
        });
        let prices = prices.collect::<Result<Vec<i128>, Box<dyn Error>>>()?;
        let days = orders.iter().map(|(.., day)| Date32Type::from_naive_date(*day));
        self.parquet(
            "tpch/orders.parquet",
            [
                ("o_orderkey", Arc::new(Int64Array::from_iter_values(orders.iter().map(|o| o.0)))),
                ("o_custkey", Arc::new(Int64Array::from_iter_values(orders.iter().map(|o| o.1)))),
                (
                    "o_totalprice",
                    Arc::new(Decimal128Array::from(prices).with_precision_and_scale(12, 2)?),
                ),
                ("o_orderdate", Arc::new(Date32Array::from_iter_values(days))),
            ],
        )
    }

    fn parquet<const N: usize>(
        &self,
        file: &str,
        columns: [(&str, ArrayRef); N],
    ) -> Result<(), Box<dyn Error>> {
        let batch = RecordBatch::try_from_iter(columns)?;
        let file = File::create(self.folder.path().join(file))?;
        let mut writer = ArrowWriter::try_new(file, batch.schema(), None)?;
        writer.write(&batch)?;
        writer.close()?;
        Ok(())
    }

    /// Connects to it.
    pub(crate) async fn lake(&self) -> lakequery::Result<Lake> {
        lakequery::connect(&format!("datafusion:{}", self.folder.path().display())).await
    }
}
