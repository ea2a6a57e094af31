//! The help of parameters without a type shows the parameter, and what is known.

fn main() {
    let (status, day, rate, n) = ("F", 1, 2, 3);
    let _ = lakequery::query!(SELECT {status} AS x);
    let _ = lakequery::query!(SELECT date_add("day", 7, {day}) AS x);
    let _ = lakequery::query!(SELECT o_orderkey FROM tpch.orders WHERE {status} IS NULL);
    let _ = lakequery::query!(SELECT coalesce({rate}, 0.5) AS x);
    let _ = lakequery::query!("SELECT o_orderdate + {n} AS x FROM tpch.orders");
}
