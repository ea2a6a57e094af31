//! `#[derive(LakeTable)]`

use lakequery::LakeTable;
use lakequery::chrono::NaiveDate;

use super::newtypes::OrderKey;
use super::trino;

/// An order.
#[derive(LakeTable, Debug)]
#[lake(table = "tpch.orders")]
pub(crate) struct Order {
    o_orderkey: OrderKey,
    pub o_orderdate: NaiveDate,
    #[lake(column = "o_comment")]
    pub(crate) comment: Option<std::string::String>,
    o_shippriority: i64,
}

#[derive(LakeTable)]
#[lake(table = "orders")]
struct InDefaultSchema {
    o_totalprice: lakequery::Decimal,
}

#[derive(LakeTable)]
#[lake(table = "app.event")]
struct Event {
    #[lake(column = "Order Id")]
    order: Option<OrderKey>,
    r#type: String,
    tags: Vec<Option<String>>,
}

#[test]
fn a_scan_reads_the_columns_of_the_fields() {
    assert_eq!(Order::TABLE, "tpch.orders");
    let sql = trino(&Order::scan());
    for column in ["o_orderkey", "o_orderdate", "o_comment", "o_shippriority"] {
        assert!(sql.contains(column), "{sql}");
    }
    assert!(!sql.contains("o_totalprice"), "{sql}");
    assert!(trino(&InDefaultSchema::scan()).contains("orders"));
    assert!(trino(&Event::scan()).contains("\"Order Id\""));
    let _ = |event: Event| (event.order, event.r#type, event.tags);
    let _ = |o: Order| (o.o_orderkey, o.o_orderdate, o.comment, o.o_shippriority);
    let _ = |order: InDefaultSchema| order.o_totalprice;
}
