//! Queries of which is asked where the names in their expansions stand.

use probe::places;

#[rustfmt::skip]
const PLACES: &[&str] = &[
    places!(query, SELECT o_orderkey, o.o_comment AS note, o_custkey + 1 AS next FROM tpch.orders AS o),
    places!(query, SELECT c.*, o_orderkey FROM tpch.customer AS c JOIN tpch.orders ON c_custkey = o_custkey),
    places!(query, SELECT o_orderkey AS key: Key, o_comment AS note!: Note FROM tpch.orders),
    places!(query, SELECT o_orderkey FROM tpch.orders WHERE o_orderkey = {key} AND o_orderdate >= {self.since()}),
    places!(query, SELECT o_orderkey FROM tpch.orders WHERE o_orderstatus IN {states} LIMIT {n + 1}),
    places!(query_scalar, SELECT max(o_orderkey) FROM tpch.orders WHERE o_orderkey < {key}),
    places!(query_as, Order, SELECT o_orderkey, o_comment AS note FROM tpch.orders WHERE o_orderkey < {key}),
    places!(query_as, a::Order<Key>, SELECT o_orderkey AS key: Key FROM tpch.orders),
    places!(query, SELECT CAST({days} AS array(date)) AS d, ROW(o_orderkey) AS row: Row<Key> FROM tpch.orders),
    places!(query_as, Spot, SELECT CAST({self.spot} AS row(x double)) AS spot),
    // Texts: no name of a field stands at the literal, which a renaming would replace.
    places!(query, "SELECT o_orderkey, o_comment AS note FROM tpch.orders"),
    places!(query_as, Order, "SELECT o_orderkey, o_comment AS note FROM tpch.orders"),
    places!(query_file, "sql/orders.sql"),
    places!(query_file_as, Order, "sql/orders.sql"),
    // With errors.
    places!(query, SELECT o_orderkye AS key FROM tpch.orders WHERE o_orderkey = {key} LIMIT {}),
    places!(query, SELECT o_orderkey FROM tpch.orders WHERE o_orderkey = {key} LIMIT {}),
    places!(query_as, Order, SELECT o_orderkye AS key FROM tpch.orders WHERE o_orderkey = {key}),
];

fn main() {
    for places in PLACES {
        println!("{places}");
    }
}
