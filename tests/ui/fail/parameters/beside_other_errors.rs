//! What parameters use is in use, and each mistake is said once, whatever else is wrong.
#![deny(unused_imports)]

mod names {
    pub const A: i64 = 1;
    pub use A as B;
    pub use A as C;
    pub use A as D;
    pub use A as E;
    pub use A as F;
    pub use A as G;
    pub use A as H;
}
use names::{A, B, C, D, E, F, G, H};

struct Order {
    o_orderkey: i64,
}

fn main() {
    let _ = lakequery::query!(SELECT o_orderkey FROM tpch.orders WHERE o_orderkey = {} AND o_orderkey > {A});
    let _ = lakequery::query!(SELECT o_orderkye FROM tpch.orders WHERE o_orderkey = {} AND o_orderkey > {B});
    let _ = lakequery::query!(SELECT o_orderkey FROM tpch.orders WHERE o_orderstatus = 'F AND o_orderkey > {C});
    let _ = lakequery::query!(SELECT o_orderkey FROM tpch.orders WHERE o_orderkey = 1u8 AND o_orderkey = {} LIMIT {D});
    let _ = lakequery::query!("SELECT o_orderkey FROM tpch.orders WHERE o_orderkey = {E} AND o_orderstatus = 'F");
    let _ = lakequery::query!("SELECT o_orderkey FROM tpch.orders WHERE o_orderkey = { } AND o_orderkey > {F}");
    let _ = lakequery::query_as!(Order SELECT o_orderkey FROM tpch.orders WHERE o_orderkey > {G});
    let _ = lakequery::query_as!(Order, SELECT {} IS NULL AS o_orderkey FROM tpch.orders WHERE o_orderkey > {H}).sql(lakequery::Engine::Trino);
}
