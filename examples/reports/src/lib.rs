//! Reports over the tables of TPC-H: what a library of queries looks like, and how it
//! is tested without a server (`cargo test -p lakequery-example-reports`).

use lakequery::chrono::NaiveDate;
use lakequery::{Decimal, Lake, Result, query_as};

/// What a customer has ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spending {
    /// The customer's name.
    pub name: String,
    /// The number of orders.
    pub orders: i64,
    /// Their prices, together; zero where there is no order.
    pub spent: Decimal,
}

/// All customers with their orders from a day on, those who spent most first.
///
/// # Errors
///
/// When the lake can't be read.
pub async fn spending(lake: &Lake, since: NaiveDate) -> Result<Vec<Spending>> {
    query_as!(
        Spending,
        SELECT c.c_name AS name, count(o.o_orderkey) AS orders,
            coalesce(sum(o.o_totalprice), 0) AS spent
        FROM tpch.customer AS c
        LEFT JOIN tpch.orders AS o ON o.o_custkey = c.c_custkey AND o.o_orderdate >= {since}
        GROUP BY c.c_name
        ORDER BY spent DESC, name
    )
    .fetch_all(lake)
    .await
}

#[cfg(test)]
mod fixtures;

#[cfg(test)]
mod tests {
    use std::error::Error;

    use super::*;
    use crate::fixtures::Fixtures;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn spent(name: &str, orders: i64, spent: &str) -> Spending {
        Spending { name: name.to_owned(), orders, spent: spent.parse().expect("a decimal") }
    }

    #[tokio::test]
    async fn customers_without_orders_have_spent_nothing() -> Result<(), Box<dyn Error>> {
        let fixtures = Fixtures::new()?;
        fixtures.orders(&[
            (1, 1, "12.50", day("2026-01-05")),
            (2, 1, "8.00", day("2026-01-19")),
            (3, 2, "30.00", day("2026-02-02")),
        ])?;
        let lake = fixtures.lake().await?;

        let all = spending(&lake, day("2026-01-01")).await?;
        let expected =
            [spent("Grace", 1, "30.00"), spent("Ada", 2, "20.50"), spent("Linus", 0, "0")];
        assert_eq!(all, expected);

        let later = spending(&lake, day("2026-01-10")).await?;
        let expected =
            [spent("Grace", 1, "30.00"), spent("Ada", 1, "8.00"), spent("Linus", 0, "0")];
        assert_eq!(later, expected);
        Ok(())
    }

    #[tokio::test]
    async fn a_missing_table_is_an_error() -> Result<(), Box<dyn Error>> {
        let lake = Fixtures::new()?.lake().await?;
        let error = spending(&lake, day("2026-01-01")).await.expect_err("there are no orders");
        assert!(error.is_not_found(), "{error}");
        Ok(())
    }
}
