fn main() {
    let _ = lakequery::query!(q);
    let _ = lakequery::query!(format!("SELECT 1"));
}
