fn main() {
    let _ = lakequery::query!(SELECT ARRAY[1, "a"] AS x);
}
