//! Files of text, compressed as a whole by the names of their cases.

use std::io::Write;

/// The bytes, compressed as the ending of the name says.
pub(super) fn file(name: &str, bytes: &[u8]) -> Vec<u8> {
    let written = match name.rsplit('.').next() {
        Some("gz") => {
            let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            out.write_all(bytes).and_then(|()| out.finish())
        }
        Some("bz2") => {
            let mut out = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
            out.write_all(bytes).and_then(|()| out.finish())
        }
        Some("xz") => {
            let options = lzma_rust2::XzOptions::with_preset(0);
            lzma_rust2::XzWriter::new(Vec::new(), options).and_then(|mut out| {
                out.write_all(bytes)?;
                out.finish()
            })
        }
        Some("zst") => zstd::encode_all(bytes, 1),
        other => panic!("{name}: nothing compresses {other:?}"),
    };
    written.expect("memory takes what is written")
}
