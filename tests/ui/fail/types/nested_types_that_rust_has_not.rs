//! What no Rust map or tuple can hold is told, with what to write.

fn main() {
    let _ = lakequery::query!(SELECT MAP(ARRAY[1e0], ARRAY["a"]) AS m, id FROM app.shelf);
    let _ = lakequery::query!(SELECT ROW(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13) AS r);
    let _ = lakequery::query_scalar!(SELECT ARRAY[ROW(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13)]);
}
