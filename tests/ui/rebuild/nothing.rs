pub fn nothing() -> lakequery::Result<()> {
    Ok(())
}
