//! A call may give another value each time, and a macro's variable is not the
//! caller's of the same name.

macro_rules! grouped {
    ($outer:ident) => {{
        let p = "y";
        lakequery::query!(
            SELECT o_orderstatus || {$outer} AS x, count(*) AS n FROM tpch.orders
            GROUP BY o_orderstatus || {p}
        )
    }};
}

fn main() {
    let p = "x";
    let _ = lakequery::query!(
        SELECT o_orderstatus || {p.trim()} AS x, count(*) AS n FROM tpch.orders
        GROUP BY o_orderstatus || {p.trim()}
    );
    let _ = grouped!(p);
}
