//! The objects of a file, one after the other.

use std::io::Read;

use super::super::broken::{Broken, newlines, shown};
use super::super::source::Source;

const OBJECT: &str = "where an object is expected";

pub(super) const NOT_JSON: &str = "write one object after the other, or all of them in one array";

/// How many bytes of what is wrong are looked at.
const SHOWN: usize = 100;

/// A file as objects.
pub(super) struct Documents<R> {
    source: Source<R>,
    place: Place,
}

/// What may come next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Nothing has come.
    Begin,
    /// Objects follow each other.
    Sequence,
    /// The array has begun.
    First,
    /// An object of the array has ended.
    Array,
    /// The array has ended.
    End,
}

impl<R: Read> Documents<R> {
    pub(super) fn new(input: R) -> Result<Documents<R>, Broken> {
        Ok(Documents { source: Source::new(input)?, place: Place::Begin })
    }

    /// The text of the next object, and the line that it begins in.
    pub(super) fn next(&mut self) -> Result<Option<(&str, usize)>, Broken> {
        loop {
            let Some(byte) = self.byte()? else {
                return match self.place {
                    Place::First | Place::Array => Err(Broken::at(
                        self.source.line(),
                        "has no `]` at the end of the array",
                        NOT_JSON,
                    )),
                    _ => Ok(None),
                };
            };
            self.place = match (self.place, byte) {
                (Place::Begin, b'[') => self.taken(Place::First),
                (Place::Begin | Place::Sequence, b'{') => return self.object(Place::Sequence),
                (Place::First, b'{') => return self.object(Place::Array),
                (Place::First | Place::Array, b']') => self.taken(Place::End),
                (Place::Array, b',') => {
                    self.taken(Place::Array);
                    match self.byte()? {
                        Some(b'{') => return self.object(Place::Array),
                        _ => return Err(self.unexpected(OBJECT)),
                    }
                }
                (Place::Array, _) => return Err(self.unexpected("where `,` or `]` is expected")),
                (Place::End, _) => return Err(self.unexpected("behind the end of the array")),
                _ => return Err(self.unexpected(OBJECT)),
            };
        }
    }

    fn taken(&mut self, place: Place) -> Place {
        self.source.take(1, 0);
        place
    }

    /// The next byte that is not space.
    fn byte(&mut self) -> Result<Option<u8>, Broken> {
        loop {
            let rest = self.source.rest();
            let space = rest.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
            let length = space.unwrap_or(rest.len());
            let (lines, found) = (newlines(&rest[..length]), rest.get(length).copied());
            self.source.take(length, lines);
            if found.is_some() || self.source.ended() {
                return Ok(found);
            }
            self.source.more()?;
        }
    }

    #[cold]
    fn unexpected(&mut self, wanted: &str) -> Broken {
        while self.source.rest().len() < SHOWN && !self.source.ended() {
            if let Err(broken) = self.source.more() {
                return broken;
            }
        }
        let rest = self.source.rest();
        let end = rest.iter().position(|byte| byte.is_ascii_whitespace());
        let word = String::from_utf8_lossy(&rest[..end.unwrap_or(rest.len()).min(SHOWN)]);
        let found = if word.is_empty() { "nothing".into() } else { format!("`{}`", shown(&word)) };
        Broken::at(self.source.line(), format!("has {found} {wanted}"), NOT_JSON)
    }

    /// Takes the object that begins here.
    fn object(&mut self, place: Place) -> Result<Option<(&str, usize)>, Broken> {
        self.place = place;
        let mut ending = Ending::default();
        let length = loop {
            match ending.find(self.source.rest()) {
                Some(length) => break length,
                None if self.source.ended() => {
                    let what = "begins an object that has no end";
                    return Err(Broken::at(self.source.line(), what, NOT_JSON));
                }
                None => self.source.more()?,
            }
        };
        let line = self.source.line();
        let lines = newlines(&self.source.rest()[..length]);
        self.source.take(length, lines);
        let bytes = self.source.taken(length, length);
        let text = std::str::from_utf8(bytes)
            .map_err(|error| Broken::not_utf8(line, bytes, error.valid_up_to()))?;
        Ok(Some((text, line)))
    }
}

/// The search for the end of an object.
#[derive(Default)]
struct Ending {
    /// How many bytes were looked at.
    at: usize,
    depth: usize,
    in_string: bool,
}

impl Ending {
    /// How long the object is that the bytes begin with; `None` where it goes on.
    fn find(&mut self, bytes: &[u8]) -> Option<usize> {
        while let Some(byte) = bytes.get(self.at) {
            if self.in_string {
                let Some(end) = memchr::memchr2(b'"', b'\\', &bytes[self.at..]) else {
                    self.at = bytes.len();
                    return None;
                };
                if bytes[self.at + end] == b'\\' {
                    // What is escaped may not be in memory yet.
                    self.at += end;
                    bytes.get(self.at + 1)?;
                    self.at += 2;
                    continue;
                }
                self.at += end + 1;
                self.in_string = false;
                continue;
            }
            self.at += 1;
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Some(self.at);
                    }
                }
                _ => {}
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = self.1.min(self.0.len()).min(buffer.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn objects(text: &[u8], at_once: usize) -> Result<Vec<(String, usize)>, String> {
        let broken = |broken: Broken| match broken {
            Broken::At { line, what, .. } => format!("{line} {what}"),
            other => format!("{other:?}"),
        };
        let mut documents = Documents::new(Slow(text, at_once)).map_err(broken)?;
        let mut all = Vec::new();
        while let Some((text, line)) = documents.next().map_err(broken)? {
            all.push((text.to_owned(), line));
        }
        Ok(all)
    }

    #[test]
    fn objects_are_the_same_however_the_bytes_come() {
        for at_once in [1, 2, 7, 100] {
            for (text, expected) in [
                ("", &[][..]),
                (" \n\n", &[]),
                ("[]", &[]),
                ("{}", &[("{}", 1)]),
                (
                    "\u{feff}{\"a\":1}\r\n\r\n{\"a\":\"}\\\"\"}",
                    &[("{\"a\":1}", 1), ("{\"a\":\"}\\\"\"}", 3)],
                ),
                ("{\n\"a\":[{}]\n} {}", &[("{\n\"a\":[{}]\n}", 1), ("{}", 3)]),
                (" [ {},\n{} ] \n", &[("{}", 1), ("{}", 2)]),
            ] {
                let found = objects(text.as_bytes(), at_once).unwrap();
                let found: Vec<_> =
                    found.iter().map(|(text, line)| (text.as_str(), *line)).collect();
                assert_eq!(found, expected, "{text:?} by {at_once}");
            }
            for (text, expected) in [
                (&b"1"[..], "1 has `1` where an object is expected"),
                (b"{}\n\"x\"", "2 has `\\\"x\\\"` where an object is expected"),
                (b"{},{}", "1 has `,{}` where an object is expected"),
                (b"[{}", "1 has no `]` at the end of the array"),
                (b"[{},]", "1 has `]` where an object is expected"),
                (b"[{} {}]", "1 has `{}]` where `,` or `]` is expected"),
                (b"[{}]\n[{}]", "2 has `[{}]` behind the end of the array"),
                (b"[[1]]", "1 has `[1]]` where an object is expected"),
                (b"{}\n{\"a\":\"x", "2 begins an object that has no end"),
                (b"{\"a\":\n\"x\xff\"}", "2 is not UTF-8: byte 3 of the line"),
            ] {
                assert_eq!(objects(text, at_once), Err(expected.to_owned()), "by {at_once}");
            }
        }
    }
}
