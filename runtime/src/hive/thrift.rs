//! The Thrift binary protocol: writing calls, and reading replies with every
//! length and depth bounded by what is there.

use std::fmt;

use crate::budget::TooLarge;

/// The kinds of values, by their numbers on the wire.
pub(crate) mod kind {
    pub(crate) const STOP: u8 = 0;
    pub(crate) const BOOL: u8 = 2;
    pub(crate) const BYTE: u8 = 3;
    pub(crate) const DOUBLE: u8 = 4;
    pub(crate) const I16: u8 = 6;
    pub(crate) const I32: u8 = 8;
    pub(crate) const I64: u8 = 10;
    pub(crate) const STRING: u8 = 11;
    pub(crate) const STRUCT: u8 = 12;
    pub(crate) const MAP: u8 = 13;
    pub(crate) const SET: u8 = 14;
    pub(crate) const LIST: u8 = 15;
}

/// How deep structs, lists and maps may nest.
pub(crate) const MAX_DEPTH: usize = 32;

/// Version 1 of the protocol, in the upper half of a message's first number.
const VERSION: u32 = 0x8001_0000;
const CALL: u32 = 1;
const REPLY: u32 = 2;
const EXCEPTION: u32 = 3;

/// Why bytes are not a reply that can be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed(pub(crate) &'static str);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl From<TooLarge> for Malformed {
    fn from(_: TooLarge) -> Malformed {
        Malformed(TooLarge::TOLD)
    }
}

pub(crate) type Read<T> = Result<T, Malformed>;

const ENDED: Malformed = Malformed("it ends in the middle of a value");

/// Writes one call.
pub(crate) struct Writer {
    out: Vec<u8>,
}

impl Writer {
    /// Begins a call, with the struct of its arguments and therein the request.
    pub(crate) fn call(method: &str) -> Writer {
        let mut writer = Writer { out: Vec::with_capacity(128) };
        writer.out.extend((VERSION | CALL).to_be_bytes());
        writer.text(method);
        writer.out.extend([0; 4]); // the sequence number: one call at a time
        writer.begin(1);
        writer
    }

    /// Ends the request, its arguments and the call.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.end();
        self.end();
        self.out
    }

    fn field(&mut self, kind: u8, id: i16) {
        self.out.push(kind);
        self.out.extend(id.to_be_bytes());
    }

    fn length(&mut self, length: usize) {
        // Texts beyond 2 GiB are refused before they come here.
        self.out.extend(i32::try_from(length).unwrap_or(i32::MAX).to_be_bytes());
    }

    fn text(&mut self, text: &str) {
        self.length(text.len());
        self.out.extend(text.as_bytes());
    }

    /// Begins a struct.
    pub(crate) fn begin(&mut self, id: i16) {
        self.field(kind::STRUCT, id);
    }

    /// Ends a struct.
    pub(crate) fn end(&mut self) {
        self.out.push(kind::STOP);
    }

    pub(crate) fn bool(&mut self, id: i16, value: bool) {
        self.field(kind::BOOL, id);
        self.out.push(value.into());
    }

    pub(crate) fn i16(&mut self, id: i16, value: i16) {
        self.field(kind::I16, id);
        self.out.extend(value.to_be_bytes());
    }

    pub(crate) fn i32(&mut self, id: i16, value: i32) {
        self.field(kind::I32, id);
        self.out.extend(value.to_be_bytes());
    }

    pub(crate) fn i64(&mut self, id: i16, value: i64) {
        self.field(kind::I64, id);
        self.out.extend(value.to_be_bytes());
    }

    pub(crate) fn bytes(&mut self, id: i16, value: &[u8]) {
        self.field(kind::STRING, id);
        self.length(value.len());
        self.out.extend(value);
    }

    pub(crate) fn texts(&mut self, id: i16, entries: &[(String, String)]) {
        self.field(kind::MAP, id);
        self.out.extend([kind::STRING, kind::STRING]);
        self.length(entries.len());
        for (name, value) in entries {
            self.text(name);
            self.text(value);
        }
    }
}

/// Reads what is in memory.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { rest: bytes }
    }

    /// Reads the head of a reply to the method, up to the result in it.
    pub(crate) fn reply(bytes: &'a [u8], method: &str) -> Read<Reader<'a>> {
        let mut reader = Reader::new(bytes);
        let head = reader.i32()?.cast_unsigned();
        if head & 0xffff_0000 != VERSION {
            return Err(Malformed("it does not begin as Thrift's binary protocol does"));
        }
        let name = reader.bytes()?;
        reader.i32()?;
        match head & 0xff {
            REPLY if name == method.as_bytes() => {}
            REPLY => return Err(Malformed("it answers another call")),
            EXCEPTION => return Err(Malformed("the server does not know this call")),
            _ => return Err(Malformed("it is not a reply")),
        }
        match reader.field()? {
            Some((kind::STRUCT, 0)) => Ok(reader),
            _ => Err(Malformed("it has no result")),
        }
    }

    /// Makes sure that nothing but the end of a message follows its result.
    pub(crate) fn end(&self) -> Read<()> {
        if self.rest == [kind::STOP] { Ok(()) } else { Err(Malformed("it goes on after its end")) }
    }

    pub(crate) fn take(&mut self, count: usize) -> Read<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(ENDED)?;
        self.rest = rest;
        Ok(taken)
    }

    /// How many bytes are not read yet.
    pub(crate) fn left(&self) -> usize {
        self.rest.len()
    }

    fn array<const N: usize>(&mut self) -> Read<[u8; N]> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(ENDED)?;
        self.rest = rest;
        Ok(*taken)
    }

    pub(crate) fn u8(&mut self) -> Read<u8> {
        self.array().map(|[byte]| byte)
    }

    pub(crate) fn bool(&mut self) -> Read<bool> {
        Ok(self.u8()? != 0)
    }

    pub(crate) fn i32(&mut self) -> Read<i32> {
        self.array().map(i32::from_be_bytes)
    }

    pub(crate) fn i64(&mut self) -> Read<i64> {
        self.array().map(i64::from_be_bytes)
    }

    /// A text's, a list's or a map's length.
    pub(crate) fn length(&mut self) -> Read<usize> {
        usize::try_from(self.i32()?).map_err(|_| Malformed("a length in it is negative"))
    }

    pub(crate) fn bytes(&mut self) -> Read<&'a [u8]> {
        let length = self.length()?;
        self.take(length)
    }

    pub(crate) fn text(&mut self) -> Read<&'a str> {
        std::str::from_utf8(self.bytes()?).map_err(|_| Malformed("a text in it is not UTF-8"))
    }

    /// The next field's kind and number; `None` at the end of the struct.
    pub(crate) fn field(&mut self) -> Read<Option<(u8, i16)>> {
        match self.u8()? {
            kind::STOP => Ok(None),
            kind => Ok(Some((kind, self.array().map(i16::from_be_bytes)?))),
        }
    }

    /// A list's or set's kind of elements and their count, which can be there.
    pub(crate) fn list(&mut self) -> Read<(u8, usize)> {
        let kind = self.u8()?;
        let count = self.length()?;
        self.room(count, least(kind)?)?;
        Ok((kind, count))
    }

    fn room(&self, count: usize, each: usize) -> Read<()> {
        match count.checked_mul(each) {
            Some(bytes) if bytes <= self.rest.len() => Ok(()),
            _ => Err(ENDED),
        }
    }

    /// The bytes that `read` passes over.
    pub(crate) fn spanned(&mut self, read: impl FnOnce(&mut Self) -> Read<()>) -> Read<&'a [u8]> {
        let before = self.rest;
        read(self)?;
        before.get(..before.len() - self.rest.len()).ok_or(ENDED)
    }

    /// Passes over values of one kind.
    pub(crate) fn skip_all(&mut self, kind: u8, count: usize) -> Read<()> {
        match width(kind) {
            Some(width) => self.take(count.saturating_mul(width)).map(drop),
            None => (0..count).try_for_each(|_| self.skip(kind)),
        }
    }

    /// Passes over a value.
    pub(crate) fn skip(&mut self, kind: u8) -> Read<()> {
        self.skip_at(kind, 0)
    }

    fn skip_at(&mut self, kind: u8, depth: usize) -> Read<()> {
        if depth == MAX_DEPTH {
            return Err(Malformed("it is nested too deep"));
        }
        if let Some(width) = width(kind) {
            return self.take(width).map(drop);
        }
        match kind {
            kind::STRING => self.bytes().map(drop),
            kind::STRUCT => {
                while let Some((kind, _)) = self.field()? {
                    self.skip_at(kind, depth + 1)?;
                }
                Ok(())
            }
            kind::LIST | kind::SET => {
                let (kind, count) = self.list()?;
                match width(kind) {
                    Some(width) => self.take(count * width).map(drop),
                    None => (0..count).try_for_each(|_| self.skip_at(kind, depth + 1)),
                }
            }
            kind::MAP => {
                let (key, value) = (self.u8()?, self.u8()?);
                let count = self.length()?;
                if count > 0 {
                    self.room(count, least(key)? + least(value)?)?;
                }
                (0..count).try_for_each(|_| {
                    self.skip_at(key, depth + 1)?;
                    self.skip_at(value, depth + 1)
                })
            }
            _ => Err(UNKNOWN),
        }
    }
}

const UNKNOWN: Malformed = Malformed("it has a value of an unknown kind");

/// How many bytes a value of this kind takes, where all take the same.
fn width(kind: u8) -> Option<usize> {
    match kind {
        kind::BOOL | kind::BYTE => Some(1),
        kind::I16 => Some(2),
        kind::I32 => Some(4),
        kind::I64 | kind::DOUBLE => Some(8),
        _ => None,
    }
}

/// How many bytes a value of this kind takes at least.
fn least(kind: u8) -> Read<usize> {
    match kind {
        kind::STRUCT => Ok(1),
        kind::STRING => Ok(4),
        kind::LIST | kind::SET => Ok(5),
        kind::MAP => Ok(6),
        kind => width(kind).ok_or(UNKNOWN),
    }
}

/// Finds where a message ends, while its bytes come: what carries messages
/// need not say it.
#[derive(Default)]
pub(crate) struct Boundary {
    /// How many bytes were looked at.
    at: usize,
    /// What is still to come, the nearest last.
    todo: Vec<Step>,
    begun: bool,
}

#[derive(Clone, Copy)]
enum Step {
    /// Version, name and number of a message.
    Head,
    /// So many bytes of any content.
    Bytes(usize),
    /// The next field of a struct, or its end.
    Field,
    /// A value.
    Value(u8),
    /// So many values.
    Values(u8, usize),
    /// So many keys with values.
    Entries(u8, u8, usize),
}

impl Boundary {
    /// Looks at all bytes that came so far; the message's length once it is whole.
    pub(crate) fn find(&mut self, bytes: &[u8]) -> Read<Option<usize>> {
        if !self.begun {
            self.begun = true;
            self.todo = vec![Step::Field, Step::Head];
        }
        while let Some(step) = self.todo.pop() {
            let mut reader = Reader::new(bytes.get(self.at..).ok_or(ENDED)?);
            let before = reader.rest.len();
            if let Step::Bytes(count) = step {
                let there = count.min(before);
                self.at += there;
                if there < count {
                    self.todo.push(Step::Bytes(count - there));
                    return Ok(None);
                }
                continue;
            }
            match self.step(step, &mut reader) {
                Ok(()) => self.at += before - reader.rest.len(),
                Err(ENDED) => {
                    self.todo.push(step);
                    return Ok(None);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Some(self.at))
    }

    /// Reads the fixed part of a step, and notes what follows from it.
    fn step(&mut self, step: Step, reader: &mut Reader<'_>) -> Read<()> {
        if self.todo.len() > 2 * MAX_DEPTH {
            return Err(Malformed("it is nested too deep"));
        }
        match step {
            Step::Head => {
                if reader.i32()?.cast_unsigned() & 0xffff_0000 != VERSION {
                    return Err(Malformed("it does not begin as Thrift's binary protocol does"));
                }
                let name = reader.length()?;
                self.todo.push(Step::Bytes(name.saturating_add(4)));
            }
            Step::Field => {
                if let Some((kind, _)) = reader.field()? {
                    self.todo.extend([Step::Field, Step::Value(kind)]);
                }
            }
            Step::Value(kind) => self.value(kind, reader)?,
            Step::Values(kind, count) => {
                if let Some(width) = width(kind) {
                    self.todo.push(Step::Bytes(width.saturating_mul(count)));
                } else if count > 0 {
                    if kind == kind::STRING {
                        let length = reader.length()?;
                        self.todo.extend([Step::Values(kind, count - 1), Step::Bytes(length)]);
                    } else {
                        self.todo.extend([Step::Values(kind, count - 1), Step::Value(kind)]);
                    }
                }
            }
            Step::Entries(key, value, count) => {
                if count > 0 {
                    self.todo.extend([
                        Step::Entries(key, value, count - 1),
                        Step::Value(value),
                        Step::Value(key),
                    ]);
                }
            }
            Step::Bytes(_) => {}
        }
        Ok(())
    }

    fn value(&mut self, kind: u8, reader: &mut Reader<'_>) -> Read<()> {
        let next = match kind {
            kind::STRING => Step::Bytes(reader.length()?),
            kind::STRUCT => Step::Field,
            kind::LIST | kind::SET => {
                let kind = reader.u8()?;
                least(kind)?;
                Step::Values(kind, reader.length()?)
            }
            kind::MAP => {
                let (key, value) = (reader.u8()?, reader.u8()?);
                Step::Entries(key, value, reader.length()?)
            }
            kind => Step::Bytes(width(kind).ok_or(UNKNOWN)?),
        };
        self.todo.push(next);
        Ok(())
    }
}
