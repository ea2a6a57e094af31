//! Files of Parquet, made by the names of their cases.

/// The bytes of the file of a case.
pub(super) fn file(name: &str) -> Vec<u8> {
    panic!("{name}")
}
