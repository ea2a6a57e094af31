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
mod tests {
    use super::*;

    /// Three customers, with these orders: key, customer, price and day.
    fn lake(orders: &str) -> Result<Lake> {
        Lake::memory()
            .csv("tpch.customer", "c_custkey,c_name\n1,Ada\n2,Grace\n3,Linus\n")
            .csv("tpch.orders", format!("o_orderkey,o_custkey,o_totalprice,o_orderdate\n{orders}"))
            .open()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn spent(name: &str, orders: i64, spent: &str) -> Spending {
        Spending { name: name.to_owned(), orders, spent: spent.parse().expect("a decimal") }
    }

    #[tokio::test]
    async fn customers_without_orders_have_spent_nothing() -> Result<()> {
        let lake = lake("1,1,12.50,2026-01-05\n2,1,8,2026-01-19\n3,2,30.00,2026-02-02\n")?;

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
    async fn a_missing_table_is_an_error() -> Result<()> {
        let lake = Lake::memory().csv("tpch.customer", "c_custkey,c_name\n").open()?;
        let error = spending(&lake, day("2026-01-01")).await.expect_err("there are no orders");
        assert!(error.is_not_found(), "{error}");
        Ok(())
    }
}
