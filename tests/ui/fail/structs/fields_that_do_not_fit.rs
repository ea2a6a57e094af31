//! Each column is named, with its type and the Rust types that fit.

struct Own;

struct Event {
    id: i32,
    seen: String,
    ratio: f32,
    payload: Vec<u8>,
    place: (f64, f64),
    kind: Own,
}

struct Price {
    o_totalprice: f64,
}

fn main() {
    let _ = lakequery::query_as!(Event, SELECT id, seen, ratio, payload, place, kind FROM app.event);
    let _ = lakequery::query_as!(Price, "SELECT o_totalprice FROM tpch.orders");
}
