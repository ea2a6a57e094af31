//! The bytes of a file of text, as many of them in memory as are needed at once.

use std::io::{ErrorKind, Read};
use std::path::Path;

use super::super::compression::{self, Unlike};
use super::broken::Broken;

const UTF_16: &str =
    "tables of text are UTF-8; convert the file, for example with `iconv -f UTF-16 -t UTF-8`";
const UTF_32: &str =
    "tables of text are UTF-8; convert the file, for example with `iconv -f UTF-32 -t UTF-8`";

/// How much is read at once.
const CHUNK: usize = 256 << 10;

/// How long one record may be.
const LONGEST: usize = 256 << 20;

/// The bytes of a file, decompressed.
pub(super) fn open(path: &Path) -> Result<Box<dyn Read + Send>, Broken> {
    compression::open(path).map_err(|unlike| match unlike {
        Unlike::Io(error) => Broken::Io(error),
        Unlike::Name(what, help) => Broken::Unlike { what, help },
    })
}

/// A file that is read from its beginning to its end.
pub(super) struct Source<R> {
    input: R,
    buffer: Vec<u8>,
    /// Where in the buffer the bytes begin that were not taken yet, and end.
    start: usize,
    end: usize,
    /// Whether the file has no more than is in the buffer.
    ended: bool,
    /// The line of the first byte that was not taken, from 1.
    line: usize,
}

impl<R: Read> Source<R> {
    /// Begins to read, behind the mark that some programs put in front.
    pub(super) fn new(input: R) -> Result<Source<R>, Broken> {
        let mut source =
            Source { input, buffer: Vec::new(), start: 0, end: 0, ended: false, line: 1 };
        while source.rest().len() < 4 && !source.ended {
            source.more()?;
        }
        match source.rest() {
            [0xef, 0xbb, 0xbf, ..] => source.start += 3,
            [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => {
                return Err(Broken::at(1, "is not UTF-8, but UTF-32", UTF_32));
            }
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
                return Err(Broken::at(1, "is not UTF-8, but UTF-16", UTF_16));
            }
            // Without a mark, every second byte of common letters is 0.
            [0, byte, 0, _, ..] | [byte, 0, _, 0, ..] if byte.is_ascii_graphic() => {
                return Err(Broken::at(1, "is not UTF-8, but UTF-16 without its mark", UTF_16));
            }
            _ => {}
        }
        Ok(source)
    }

    /// The bytes in memory that were not taken yet.
    pub(super) fn rest(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Whether nothing comes behind [`rest`](Self::rest).
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    /// The line that the rest begins with.
    pub(super) fn line(&self) -> usize {
        self.line
    }

    /// Takes bytes, in which so many lines end.
    pub(super) fn take(&mut self, bytes: usize, lines: usize) {
        self.start += bytes;
        self.line += lines;
    }

    /// The first of the bytes that were taken last, until more are read.
    pub(super) fn taken(&self, bytes: usize, first: usize) -> &[u8] {
        let start = self.start - bytes;
        &self.buffer[start..start + first]
    }

    /// Brings more bytes into memory.
    pub(super) fn more(&mut self) -> Result<(), Broken> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        if self.end > LONGEST {
            return Err(Broken::at(
                self.line,
                format!("begins a record of more than {} MiB", LONGEST >> 20),
                "see whether a quote or a bracket in it is not closed",
            ));
        }
        // Twice as much each time, so that a long record is not looked at too often.
        let wanted = self.end + CHUNK.max(self.end);
        if self.buffer.len() < wanted {
            self.buffer.resize(wanted, 0);
        }
        loop {
            match self.input.read(&mut self.buffer[self.end..]) {
                Ok(0) => self.ended = true,
                Ok(read) => self.end += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(Broken::Io(error)),
            }
            return Ok(());
        }
    }
}
