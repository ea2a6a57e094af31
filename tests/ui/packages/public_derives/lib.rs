//! What derives write is neither public nor to be documented.

#![deny(warnings, missing_docs, unreachable_pub, private_bounds, private_interfaces)]

/// A key.
#[derive(lakequery::SqlType, Debug)]
pub struct Key<T>(pub T);

/// An order.
#[derive(lakequery::LakeTable, Debug)]
#[lake(table = "tpch.orders")]
pub struct Order<K> {
    /// The key.
    pub o_orderkey: K,
}

/// An order with a key that is a number.
pub type NumberedOrder = Order<Key<i64>>;

/// All orders.
pub fn orders() -> lakequery::Query<NumberedOrder> {
    <NumberedOrder as lakequery::LakeTable>::scan()
}
