//! Files of text that are compressed as a whole: which are, and their bytes.
//!
//! A file is what its name says, or an error: by its first bytes one is told that is
//! compressed in another way, and one that ends too soon is never taken for a shorter one.

use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read, Seek};
use std::path::Path;

use bzip2::read::MultiBzDecoder;
use flate2::read::MultiGzDecoder;
use lzma_rust2::XzReader;

/// How much memory a stream of xz may ask for, in KiB; writers ask for at most 674 MiB.
const XZ_MEMORY: u32 = 1 << 20;

/// How a file is compressed as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Gzip,
    Zstd,
    Bzip2,
    Xz,
}

impl Compression {
    /// What the name of a file says, and the name without it.
    pub(super) fn of(path: &Path) -> (Compression, &Path) {
        let extension = path.extension().and_then(|extension| extension.to_str());
        let compression = match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("gz" | "gzip") => Compression::Gzip,
            Some("zst" | "zstd") => Compression::Zstd,
            Some("bz2") => Compression::Bzip2,
            Some("xz") => Compression::Xz,
            _ => return (Compression::None, path),
        };
        (compression, path.file_stem().map_or(path, Path::new))
    }

    /// Its name, and the ending of files.
    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Compression::None => ("not compressed", ""),
            Compression::Gzip => ("gzip", ".gz"),
            Compression::Zstd => ("Zstandard", ".zst"),
            Compression::Bzip2 => ("bzip2", ".bz2"),
            Compression::Xz => ("xz", ".xz"),
        }
    }

    /// What a file that begins so is.
    fn found(start: &[u8]) -> Compression {
        match start {
            [0x1f, 0x8b, ..] => Compression::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Compression::Zstd,
            // Behind the letters a digit and the bytes of a block, or of the end.
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, ..]
            | [b'B', b'Z', b'h', b'1'..=b'9', 0x17, 0x72, 0x45, 0x38, ..] => Compression::Bzip2,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Compression::Xz,
            _ => Compression::None,
        }
    }
}

/// Another format that a file begins as, which is not text.
fn other_format(start: &[u8]) -> Option<&'static str> {
    match start {
        [b'P', b'A', b'R', b'1', next, ..] if is_binary(*next) => Some("Parquet"),
        [b'O', b'R', b'C', next, ..] if is_binary(*next) => Some("ORC"),
        [b'O', b'b', b'j', 1, ..] => Some("Avro"),
        [b'P', b'K', 3, 4, ..] => Some("a ZIP archive"),
        [b'A', b'R', b'R', b'O', b'W', b'1', 0, ..] => Some("Arrow"),
        _ => None,
    }
}

/// Whether no text has the byte.
fn is_binary(byte: u8) -> bool {
    byte.is_ascii_control() && !byte.is_ascii_whitespace()
}

/// Why the bytes of a file are not those that its name promises.
#[derive(Debug)]
pub(super) enum Unlike {
    Io(io::Error),
    /// What is wrong, and what to do.
    Name(String, String),
}

/// The bytes of a file of text, decompressed.
pub(super) fn open(path: &Path) -> Result<Box<dyn Read + Send>, Unlike> {
    let mut file = File::open(path).map_err(Unlike::Io)?;
    let mut start = Vec::with_capacity(10);
    file.by_ref().take(10).read_to_end(&mut start).map_err(Unlike::Io)?;
    file.rewind().map_err(Unlike::Io)?;
    let (named, _) = Compression::of(path);
    let found = Compression::found(&start);
    if named != found {
        return Err(unlike(named, found, &start));
    }
    if let Some(format) = other_format(&start) {
        let what = format!("is not text, but {format}");
        return Err(Unlike::Name(what, "give the file the ending of what it is".to_owned()));
    }
    let file = BufReader::new(file);
    let input: Box<dyn Read + Send> = match named {
        Compression::None => return Ok(Box::new(file.into_inner())),
        Compression::Gzip => Box::new(MultiGzDecoder::new(file)),
        Compression::Zstd => {
            Box::new(zstd::stream::read::Decoder::with_buffer(file).map_err(Unlike::Io)?)
        }
        Compression::Bzip2 => Box::new(MultiBzDecoder::new(file)),
        Compression::Xz => Box::new(XzReader::new_mem_limit(file, true, XZ_MEMORY)),
    };
    Ok(Box::new(Decompressed { input, name: named.names().0 }))
}

fn unlike(named: Compression, found: Compression, start: &[u8]) -> Unlike {
    let (name, _) = named.names();
    let (is, ending) = found.names();
    let (what, help) = match found {
        _ if start.is_empty() => {
            (format!("is empty, and so is not {name}"), "write or copy the file again".to_owned())
        }
        Compression::None => (
            format!("is not {name}, as its name says"),
            "rename it without the ending, or compress it".to_owned(),
        ),
        _ if named == Compression::None => (
            format!("is compressed with {is}, which its name does not say"),
            format!("add `{ending}` to its name"),
        ),
        _ => (
            format!("is compressed with {is}, and its name says {name}"),
            format!("rename it to end in `{ending}`"),
        ),
    };
    Unlike::Name(what, help)
}

/// Bytes that are decompressed; an error names the compression.
struct Decompressed {
    input: Box<dyn Read + Send>,
    name: &'static str,
}

impl Read for Decompressed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.input.read(buffer).map_err(|error| {
            let name = self.name;
            let what = match error.kind() {
                ErrorKind::Interrupted => return error,
                ErrorKind::UnexpectedEof => format!("its {name} data end too soon"),
                _ => format!("its {name} data are damaged ({error})"),
            };
            io::Error::new(ErrorKind::InvalidData, what)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// The text, compressed, in a file of the name.
    fn compressed(compression: Compression, text: &[u8]) -> Vec<u8> {
        match compression {
            Compression::None => text.to_vec(),
            Compression::Gzip => {
                let mut out = flate2::write::GzEncoder::new(Vec::new(), Default::default());
                out.write_all(text).unwrap();
                out.finish().unwrap()
            }
            Compression::Zstd => zstd::encode_all(text, 3).unwrap(),
            Compression::Bzip2 => {
                let mut out = bzip2::write::BzEncoder::new(Vec::new(), Default::default());
                out.write_all(text).unwrap();
                out.finish().unwrap()
            }
            Compression::Xz => {
                let mut out = lzma_rust2::XzWriter::new(Vec::new(), Default::default()).unwrap();
                out.write_all(text).unwrap();
                out.finish().unwrap()
            }
        }
    }

    fn read(path: &Path) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        match open(path) {
            Ok(mut input) => {
                input.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
                Ok(bytes)
            }
            Err(Unlike::Io(error)) => Err(error.to_string()),
            Err(Unlike::Name(what, _)) => Err(what),
        }
    }

    const ALL: [Compression; 4] =
        [Compression::Gzip, Compression::Zstd, Compression::Bzip2, Compression::Xz];

    #[test]
    fn no_prefix_is_taken_for_the_whole() {
        let folder = tempfile::tempdir().unwrap();
        let text: Vec<u8> =
            (0..400_u32).flat_map(|n| format!("{n},{}\n", n * n).into_bytes()).collect();
        for compression in ALL {
            let path = folder.path().join(format!("t.csv{}", compression.names().1));
            let whole = compressed(compression, &text);
            for end in 0..whole.len() {
                std::fs::write(&path, &whole[..end]).unwrap();
                let error = read(&path).expect_err(&format!("{compression:?} of {end} bytes"));
                let name = compression.names().0;
                assert!(error.contains(name), "{error}");
            }
            // Several streams are one text.
            std::fs::write(&path, [whole.as_slice(), &whole].concat()).unwrap();
            assert_eq!(read(&path).as_deref(), Ok([text.as_slice(), &text].concat().as_slice()));
            // Bytes that differ are seen, or decompress to the same; Zstandard's are, where
            // its writer has added a checksum.
            for at in (0..whole.len()).step_by(7).filter(|_| compression != Compression::Zstd) {
                let mut other = whole.clone();
                other[at] ^= 0x55;
                std::fs::write(&path, &other).unwrap();
                let found = read(&path);
                assert!(found.is_err() || found.as_ref() == Ok(&text), "{compression:?} at {at}");
            }
        }
    }

    #[test]
    fn a_file_is_what_its_name_says() {
        let folder = tempfile::tempdir().unwrap();
        for found in ALL {
            for named in ALL.into_iter().chain([Compression::None]) {
                let path = folder.path().join(format!("t.csv{}", named.names().1));
                std::fs::write(&path, compressed(found, b"a\n1\n")).unwrap();
                assert_eq!(read(&path).is_ok(), named == found, "{found:?} as {named:?}");
            }
            let path = folder.path().join(format!("t.csv{}", found.names().1));
            std::fs::write(&path, "a\n1\n").unwrap();
            let expected = format!("is not {}, as its name says", found.names().0);
            assert_eq!(read(&path), Err(expected));
        }
        for (start, expected) in [
            (&b"PAR1\x15\x04"[..], Err("is not text, but Parquet")),
            (b"PAR1,x\n", Ok(())),
            (b"BZh,x\n", Ok(())),
            (b"ORC\x11\0", Err("is not text, but ORC")),
            (b"ORC\n1\n", Ok(())),
            (b"PK\x03\x04", Err("is not text, but a ZIP archive")),
            (b"", Ok(())),
        ] {
            let path = folder.path().join("t.csv");
            std::fs::write(&path, start).unwrap();
            assert_eq!(read(&path).map(|_| ()), expected.map_err(str::to_owned), "{start:?}");
        }
    }
}
