//! The records of CSV, whatever they mean.

use std::borrow::Cow;
use std::io::Read;
use std::ops::Range;

use memchr::{memchr, memchr3};

use super::super::broken::{Broken, newlines};
use super::super::source::Source;

/// A file as records.
pub(super) struct Records<R> {
    source: Source<R>,
    fields: Vec<Field>,
}

/// A value of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    /// Its bytes in the record, without the quotes around them.
    bytes: Range<usize>,
    pub(super) quoted: bool,
    /// Whether there are quotes in it, which are written twice.
    doubled: bool,
}

/// One record.
#[derive(Debug)]
pub(super) struct Record<'a> {
    text: &'a str,
    /// The line that it begins in.
    pub(super) line: usize,
    pub(super) fields: &'a [Field],
}

impl<'a> Record<'a> {
    /// The value of a field.
    #[inline]
    pub(super) fn text(&self, field: &Field) -> Cow<'a, str> {
        // The ends are at quotes, commas or line breaks, and so between characters.
        let text = self.text.get(field.bytes.clone()).unwrap_or_default();
        if field.doubled { Cow::Owned(text.replace("\"\"", "\"")) } else { Cow::Borrowed(text) }
    }

    /// Whether it is a line with nothing on it.
    pub(super) fn is_blank(&self) -> bool {
        matches!(self.fields, [field] if field.bytes.is_empty() && !field.quoted)
    }
}

/// What the bytes in memory begin with.
enum Scan {
    /// A record of so many bytes, of which the last ones end it.
    Record { bytes: usize, with_end: usize, lines: usize },
    /// A part of a record.
    Part,
}

impl<R: Read> Records<R> {
    pub(super) fn new(input: R) -> Result<Records<R>, Broken> {
        Ok(Records { source: Source::new(input)?, fields: Vec::new() })
    }

    /// The next record.
    pub(super) fn next(&mut self) -> Result<Option<Record<'_>>, Broken> {
        let (bytes, with_end, lines) = loop {
            if self.source.rest().is_empty() && self.source.ended() {
                return Ok(None);
            }
            match scan(&self.source, &mut self.fields)? {
                Scan::Record { bytes, with_end, lines } => break (bytes, with_end, lines),
                Scan::Part => self.source.more()?,
            }
        };
        let line = self.source.line();
        self.source.take(with_end, lines);
        let record = self.source.taken(with_end, bytes);
        let text = std::str::from_utf8(record)
            .map_err(|error| Broken::not_utf8(line, record, error.valid_up_to()))?;
        Ok(Some(Record { text, line, fields: &self.fields }))
    }

    /// Takes a line with nothing on it, if that is next.
    pub(super) fn skip_blank(&mut self) -> Result<bool, Broken> {
        while self.source.rest().len() < 2 && !self.source.ended() {
            self.source.more()?;
        }
        let bytes = match self.source.rest() {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => return Ok(false),
        };
        self.source.take(bytes, 1);
        Ok(true)
    }
}

/// Looks for the end of the next record, and for its fields.
fn scan<R: Read>(source: &Source<R>, fields: &mut Vec<Field>) -> Result<Scan, Broken> {
    let (rest, ended) = (source.rest(), source.ended());
    fields.clear();
    let mut lines = 0;
    let mut at = 0;
    loop {
        if rest.get(at) == Some(&b'"') {
            let Some((end, doubled)) = closing(rest, at + 1, ended) else {
                if !ended {
                    return Ok(Scan::Part);
                }
                return Err(Broken::at(
                    source.line() + newlines(&rest[..at]),
                    "has a quote that is never closed",
                    "close it; a quote inside of a value is written twice",
                ));
            };
            lines += newlines(&rest[at..end]);
            fields.push(Field { bytes: at + 1..end, quoted: true, doubled });
            at = end + 1;
        } else {
            let Some(length) = memchr3(b',', b'\n', b'\r', &rest[at..])
                .or_else(|| ended.then_some(rest.len() - at))
            else {
                return Ok(Scan::Part);
            };
            fields.push(Field { bytes: at..at + length, quoted: false, doubled: false });
            at += length;
        }
        let ending = match rest.get(at..) {
            Some([b',', ..]) => {
                at += 1;
                continue;
            }
            Some([b'\n', ..]) => 1,
            Some([b'\r', b'\n', ..]) => 2,
            // It may be that a line feed comes.
            Some([b'\r']) if !ended => return Ok(Scan::Part),
            Some([b'\r', ..]) => 1,
            Some([]) | None if !ended => return Ok(Scan::Part),
            Some([]) | None => 0,
            Some([..]) => {
                return Err(Broken::at(
                    source.line() + lines,
                    "has text behind a closing quote",
                    "a quote inside of a value is written twice",
                ));
            }
        };
        return Ok(Scan::Record { bytes: at, with_end: at + ending, lines: lines + 1 });
    }
}

/// The closing quote of a value, and whether quotes are in it; `None` where it is
/// not among the bytes.
fn closing(bytes: &[u8], start: usize, ended: bool) -> Option<(usize, bool)> {
    let mut doubled = false;
    let mut at = start;
    loop {
        let quote = at + memchr(b'"', bytes.get(at..)?)?;
        match bytes.get(quote + 1) {
            Some(b'"') => {
                doubled = true;
                at = quote + 2;
            }
            None if !ended => return None,
            _ => return Some((quote, doubled)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a few bytes at once.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = self.1.min(self.0.len()).min(buffer.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn records(text: &[u8], at_once: usize) -> Result<Vec<(usize, Vec<String>)>, String> {
        let broken = |broken: Broken| match broken {
            Broken::At { line, what, .. } => format!("{line} {what}"),
            other => format!("{other:?}"),
        };
        let mut records = Records::new(Slow(text, at_once)).map_err(broken)?;
        let mut all = Vec::new();
        while let Some(record) = records.next().map_err(broken)? {
            let texts = record.fields.iter().map(|field| record.text(field).into_owned());
            all.push((record.line, texts.collect()));
        }
        Ok(all)
    }

    #[test]
    fn records_are_the_same_however_the_bytes_come() {
        /// A record's line and its fields.
        type Expected = (usize, &'static [&'static str]);
        let parsed: [(&str, &[Expected]); 10] = [
            ("", &[]),
            ("a,b\n1,2", &[(1, &["a", "b"]), (2, &["1", "2"])]),
            ("a\r\nb\rc\n", &[(1, &["a"]), (2, &["b"]), (3, &["c"])]),
            ("a\n\nb\n", &[(1, &["a"]), (2, &[""]), (3, &["b"])]),
            ("a,\n,", &[(1, &["a", ""]), (2, &["", ""])]),
            ("\"x\"\"y\",\"a\nb\"\nz", &[(1, &["x\"y", "a\nb"]), (3, &["z"])]),
            ("\"\"\"\",\"\"", &[(1, &["\"", ""])]),
            ("x\"y\"z, \"q\"\n", &[(1, &["x\"y\"z", " \"q\""])]),
            ("\u{feff}a\né\n", &[(1, &["a"]), (2, &["é"])]),
            ("\"a,\r\n\"\r\n\"b\"", &[(1, &["a,\r\n"]), (3, &["b"])]),
        ];
        for at_once in [1, 2, 3, 5, 100] {
            for (text, expected) in parsed {
                let found = records(text.as_bytes(), at_once).unwrap();
                let found: Vec<(usize, Vec<&str>)> = found
                    .iter()
                    .map(|(line, texts)| (*line, texts.iter().map(String::as_str).collect()))
                    .collect();
                let expected: Vec<(usize, Vec<&str>)> =
                    expected.iter().map(|(line, texts)| (*line, texts.to_vec())).collect();
                assert_eq!(found, expected, "{text:?} by {at_once}");
            }
            for (text, expected) in [
                (&b"a\n\"b\n"[..], "2 has a quote that is never closed"),
                (b"a\nb,\"c\nd\",\"e", "3 has a quote that is never closed"),
                (b"a\n\"b\"c\n", "2 has text behind a closing quote"),
                (b"a\nb\xffc\n", "2 is not UTF-8: byte 2 of the line"),
                (b"a\n\"b\nc\xe9\",d\n", "3 is not UTF-8: byte 2 of the line"),
                (b"\xff\xfea\0", "1 is not UTF-8, but UTF-16"),
            ] {
                assert_eq!(records(text, at_once), Err(expected.to_owned()), "by {at_once}");
            }
        }
    }
}
