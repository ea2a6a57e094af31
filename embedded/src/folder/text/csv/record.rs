//! The records of CSV, whatever they mean.

use std::borrow::Cow;
use std::io::Read;
use std::ops::Range;

use memchr::{memchr, memchr2, memchr3};

use super::super::broken::{Broken, newlines};
use super::super::source::Source;
use super::dialect::Marks;

/// A file as records.
pub(super) struct Records<R> {
    source: Source<R>,
    marks: Marks,
    fields: Vec<Field>,
}

/// A value of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    /// Its bytes in the record, without the quotes around them.
    bytes: Range<usize>,
    pub(super) quoted: bool,
    /// Whether it is not written as it is: there are quotes in it, which are written twice, or
    /// escapes.
    marked: bool,
}

/// One record.
#[derive(Debug)]
pub(super) struct Record<'a> {
    text: &'a str,
    marks: Marks,
    /// The line that it begins in.
    pub(super) line: usize,
    pub(super) fields: &'a [Field],
}

impl<'a> Record<'a> {
    /// The value of a field.
    #[inline]
    pub(super) fn text(&self, field: &Field) -> Cow<'a, str> {
        let text = self.written(field);
        if field.marked { Cow::Owned(plain(text, field, self.marks)) } else { Cow::Borrowed(text) }
    }

    /// What is written between the quotes or the delimiters of a field.
    #[inline]
    pub(super) fn written(&self, field: &Field) -> &'a str {
        // The ends are at quotes, delimiters or line breaks, and so between characters.
        self.text.get(field.bytes.clone()).unwrap_or_default()
    }

    /// Whether it is a line with nothing on it.
    pub(super) fn is_blank(&self) -> bool {
        matches!(self.fields, [field] if field.bytes.is_empty() && !field.quoted)
    }
}

/// A value without its marks: what is behind an escape stands for itself, and of two quotes
/// one.
fn plain(text: &str, field: &Field, marks: Marks) -> String {
    let is = |mark: Option<u8>, c: char| mark.map(char::from) == Some(c);
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let is_mark = is(marks.escape, c) || (field.quoted && is(marks.quote, c));
        // An escape at the end of all stands for itself.
        out.push(if is_mark { chars.next().unwrap_or(c) } else { c });
    }
    out
}

/// What the bytes in memory begin with.
enum Scan {
    /// A record of so many bytes, of which the last ones end it.
    Record { bytes: usize, with_end: usize, lines: usize },
    /// A part of a record.
    Part,
}

impl<R: Read> Records<R> {
    pub(super) fn new(input: R, marks: Marks) -> Result<Records<R>, Broken> {
        Ok(Records { source: Source::new(input)?, marks, fields: Vec::new() })
    }

    /// The next record.
    pub(super) fn next(&mut self) -> Result<Option<Record<'_>>, Broken> {
        let (bytes, with_end, lines) = loop {
            if self.source.rest().is_empty() && self.source.ended() {
                return Ok(None);
            }
            match scan(&self.source, self.marks, &mut self.fields)? {
                Scan::Record { bytes, with_end, lines } => break (bytes, with_end, lines),
                Scan::Part => self.source.more()?,
            }
        };
        let line = self.source.line();
        self.source.take(with_end, lines);
        let record = self.source.taken(with_end, bytes);
        let text = std::str::from_utf8(record)
            .map_err(|error| Broken::not_utf8(line, record, error.valid_up_to()))?;
        Ok(Some(Record { text, marks: self.marks, line, fields: &self.fields }))
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
fn scan<R: Read>(
    source: &Source<R>,
    marks: Marks,
    fields: &mut Vec<Field>,
) -> Result<Scan, Broken> {
    let (rest, ended) = (source.rest(), source.ended());
    fields.clear();
    let mut lines = 0;
    let mut at = 0;
    loop {
        if marks.quote.is_some_and(|quote| rest.get(at) == Some(&quote)) {
            let Some((end, marked)) = closing(rest, at + 1, ended, marks) else {
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
            fields.push(Field { bytes: at + 1..end, quoted: true, marked });
            at = end + 1;
        } else {
            let Some((end, marked)) = end(rest, at, ended, marks) else {
                return Ok(Scan::Part);
            };
            if marked {
                lines += newlines(&rest[at..end]);
            }
            fields.push(Field { bytes: at..end, quoted: false, marked });
            at = end;
        }
        let ending = match rest.get(at..) {
            Some([byte, ..]) if *byte == marks.delimiter => {
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

/// The end of a value without quotes, and whether escapes are in it; `None` where it is not
/// among the bytes.
fn end(bytes: &[u8], start: usize, ended: bool, marks: Marks) -> Option<(usize, bool)> {
    let mut marked = false;
    let mut at = start;
    loop {
        let rest = bytes.get(at..)?;
        let end = memchr3(marks.delimiter, b'\n', b'\r', rest);
        let escape =
            marks.escape.and_then(|escape| memchr(escape, &rest[..end.unwrap_or(rest.len())]));
        match (escape, end) {
            // What is behind an escape does not end a value.
            (Some(escape), _) if at + escape + 1 < bytes.len() => {
                marked = true;
                at += escape + 2;
            }
            (Some(_), _) | (None, None) => return ended.then_some((bytes.len(), marked)),
            (None, Some(end)) => return Some((at + end, marked)),
        }
    }
}

/// The closing quote of a value, and whether quotes or escapes are in it; `None` where it is
/// not among the bytes.
fn closing(bytes: &[u8], start: usize, ended: bool, marks: Marks) -> Option<(usize, bool)> {
    let quote = marks.quote?;
    let mut marked = false;
    let mut at = start;
    loop {
        let rest = bytes.get(at..)?;
        let found = at
            + match marks.escape {
                Some(escape) => memchr2(quote, escape, rest)?,
                None => memchr(quote, rest)?,
            };
        if bytes[found] != quote {
            marked = true;
            at = found + 2;
            continue;
        }
        match bytes.get(found + 1) {
            Some(next) if *next == quote => {
                marked = true;
                at = found + 2;
            }
            None if !ended => return None,
            _ => return Some((found, marked)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Records with their lines, to be compared.
    fn told<'a, T: AsRef<[S]>, S: AsRef<str> + 'a>(
        records: &'a [(usize, T)],
    ) -> Vec<(usize, Vec<&'a str>)> {
        records
            .iter()
            .map(|(line, texts)| (*line, texts.as_ref().iter().map(AsRef::as_ref).collect()))
            .collect()
    }

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

    const PLAIN: Marks = Marks { delimiter: b',', quote: Some(b'"'), escape: None };

    fn records(text: &[u8], at_once: usize) -> Result<Vec<(usize, Vec<String>)>, String> {
        records_of(text, at_once, PLAIN)
    }

    fn records_of(
        text: &[u8],
        at_once: usize,
        marks: Marks,
    ) -> Result<Vec<(usize, Vec<String>)>, String> {
        let broken = |broken: Broken| match broken {
            Broken::At { line, what, .. } => format!("{line} {what}"),
            other => format!("{other:?}"),
        };
        let mut records = Records::new(Slow(text, at_once), marks).map_err(broken)?;
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
                assert_eq!(told(&found), told(expected), "{text:?} by {at_once}");
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

    #[test]
    fn other_marks() {
        let escaped = Marks { escape: Some(b'\\'), ..PLAIN };
        let bare = Marks { delimiter: b'\t', quote: None, escape: None };
        let bare_escaped = Marks { escape: Some(b'\\'), ..bare };
        let single = Marks { delimiter: b';', quote: Some(b'\''), escape: None };
        let same = Marks { quote: Some(b'\''), escape: Some(b'^'), delimiter: b' ' };
        /// A record's line and its fields.
        type Expected = (usize, &'static [&'static str]);
        let cases: [(Marks, &str, &[Expected]); 11] = [
            (single, "a;'b;''c';\"d\n", &[(1, &["a", "b;'c", "\"d"])]),
            (bare, "a\t\"b\t'c\n\\\t,\n", &[(1, &["a", "\"b", "'c"]), (2, &["\\", ","])]),
            (escaped, r#"a\,b,"c\"d""e\\",\N"#, &[(1, &["a,b", "c\"d\"e\\", "N"])]),
            (
                escaped,
                "a\\\nb,c\nd,\"\\\n\"\ne",
                &[(1, &["a\nb", "c"]), (3, &["d", "\n"]), (5, &["e"])],
            ),
            (escaped, "a\\", &[(1, &["a\\"])]),
            (escaped, "\\", &[(1, &["\\"])]),
            (escaped, "a,b\\é\\\\\n\\,", &[(1, &["a", "bé\\"]), (2, &[","])]),
            (bare_escaped, "a\\\tb\t\"c\\\n\r\n", &[(1, &["a\tb", "\"c\n"])]),
            (same, "a^ b 'c^'d' e", &[(1, &["a b", "c'd", "e"])]),
            (same, "'a' 'b'", &[(1, &["a", "b"])]),
            (same, "", &[]),
        ];
        for at_once in [1, 2, 3, 5, 100] {
            for (marks, text, expected) in cases {
                let found = records_of(text.as_bytes(), at_once, marks).unwrap();
                assert_eq!(told(&found), told(expected), "{text:?} by {at_once}");
            }
            let never = Err("1 has a quote that is never closed".to_owned());
            assert_eq!(records_of(b"\"a\\\"", at_once, escaped), never);
        }
    }
}
