//! A pull reader of JSON: what decodes answers and files straight from their bytes, with
//! no tree of values between.
//!
//! It is strict, never goes deeper than `MAX_DEPTH`, and never reads past the
//! end: a text that is cut short is an error wherever it is cut.

use std::borrow::Cow;

/// How deep arrays and objects may nest where they are skipped.
const MAX_DEPTH: usize = 512;

/// A text is not the JSON that was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The byte at which that shows.
    pub at: usize,
    /// What should have been there.
    pub expected: &'static str,
}

/// What kind of value comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// `{`
    Object,
    /// `[`
    Array,
    /// A string in quotes.
    String,
    /// A number.
    Number,
    /// `true` or `false`
    Boolean,
    /// `null`
    Null,
}

/// A place in a JSON text.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    text: &'a str,
    at: usize,
}

type Result<T> = std::result::Result<T, Malformed>;

impl<'a> Reader<'a> {
    /// A reader at the beginning of a text.
    pub fn new(text: &'a str) -> Reader<'a> {
        Reader { text, at: 0 }
    }

    /// The error that something else should stand here.
    #[cold]
    pub fn malformed(&self, expected: &'static str) -> Malformed {
        Malformed { at: self.at, expected }
    }

    /// The byte that comes next, or space before it.
    pub fn at(&self) -> usize {
        self.at
    }

    #[inline]
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline]
    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.byte() {
            self.at += 1;
        }
    }

    /// Takes the byte, where it is next.
    #[inline]
    fn take(&mut self, byte: u8) -> bool {
        self.space();
        let found = self.byte() == Some(byte);
        self.at += usize::from(found);
        found
    }

    #[inline]
    fn slice(&self, from: usize, to: usize) -> Result<&'a str> {
        self.text.get(from..to).ok_or(Malformed { at: from, expected: "a text" })
    }

    /// What comes next.
    ///
    /// # Errors
    ///
    /// Here as in all that follows: when the text goes on otherwise than asked.
    #[allow(clippy::should_implement_trait)] // a reader is not an iterator
    #[inline]
    pub fn next(&mut self) -> Result<Next> {
        self.space();
        Ok(match self.byte() {
            Some(b'{') => Next::Object,
            Some(b'[') => Next::Array,
            Some(b'"') => Next::String,
            Some(b'-' | b'0'..=b'9') => Next::Number,
            Some(b't' | b'f') => Next::Boolean,
            Some(b'n') => Next::Null,
            _ => return Err(self.malformed("a value")),
        })
    }

    /// What is not read yet.
    #[inline]
    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    #[inline]
    fn word(&mut self, word: &'static str) -> Result<()> {
        if !self.rest().starts_with(word.as_bytes()) {
            return Err(self.malformed(word));
        }
        self.at += word.len();
        Ok(())
    }

    /// Takes a `null`, where it is next.
    #[inline(always)]
    pub fn null(&mut self) -> Result<bool> {
        if self.next()? != Next::Null {
            return Ok(false);
        }
        self.word("null").map(|()| true)
    }

    /// A `true` or `false`.
    #[inline]
    pub fn boolean(&mut self) -> Result<bool> {
        self.space();
        match self.byte() {
            Some(b't') => self.word("true").map(|()| true),
            _ => self.word("false").map(|()| false),
        }
    }

    /// The text of a number.
    // Numbers are the most of all values: a call takes a tenth of reading one.
    #[inline(always)]
    pub fn number(&mut self) -> Result<&'a str> {
        if self.next()? != Next::Number {
            return Err(self.malformed("a number"));
        }
        let start = self.at;
        while let Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E') = self.byte() {
            self.at += 1;
        }
        self.slice(start, self.at)
    }

    /// A string; it is borrowed from the text unless something in it is escaped.
    #[inline]
    pub fn string(&mut self) -> Result<Cow<'a, str>> {
        if !self.take(b'"') {
            return Err(self.malformed("a string"));
        }
        let start = self.at;
        match self.plain()? {
            b'"' => Ok(Cow::Borrowed(self.slice(start, self.at - 1)?)),
            _ => self.escaped(start).map(Cow::Owned),
        }
    }

    /// Goes on to the first quote or backslash, and past it.
    #[inline]
    fn plain(&mut self) -> Result<u8> {
        let rest = self.rest();
        let (words, last) = rest.as_chunks::<8>();
        let marks = words.iter().map(|word| ends(u64::from_le_bytes(*word))).enumerate();
        let mut found = marks.filter(|(_, marks)| *marks != 0);
        let start = match found.next() {
            Some((word, marks)) => 8 * word + marks.trailing_zeros() as usize / 8,
            None => rest.len() - last.len(),
        };
        let mut ends = rest.iter().enumerate().skip(start);
        match ends.find(|(_, byte)| matches!(byte, b'"' | b'\\' | 0..0x20)) {
            Some((end, &byte)) if byte >= 0x20 => {
                self.at += end + 1;
                Ok(byte)
            }
            end => {
                self.at += end.map_or(rest.len(), |(end, _)| end);
                Err(self.malformed("the end of a string"))
            }
        }
    }

    /// The rest of a string, with its first backslash behind us.
    fn escaped(&mut self, start: usize) -> Result<String> {
        let mut text = self.slice(start, self.at - 1)?.to_owned();
        loop {
            text.push(self.escape()?);
            let start = self.at;
            let end = self.plain()?;
            text.push_str(self.slice(start, self.at - 1)?);
            if end == b'"' {
                return Ok(text);
            }
        }
    }

    fn escape(&mut self) -> Result<char> {
        let letter = self.byte();
        self.at += 1;
        Ok(match letter {
            Some(letter @ (b'"' | b'\\' | b'/')) => char::from(letter),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let first = self.hex()?;
                let code = if (0xD800..0xDC00).contains(&first) {
                    self.word("\\u")?;
                    let second = self.hex()?;
                    if !(0xDC00..0xE000).contains(&second) {
                        return Err(self.malformed("the second half of a character"));
                    }
                    0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00)
                } else {
                    first
                };
                char::from_u32(code).ok_or_else(|| self.malformed("a character"))?
            }
            _ => {
                self.at -= 1;
                return Err(self.malformed("an escape"));
            }
        })
    }

    fn hex(&mut self) -> Result<u32> {
        let digits = self.text.get(self.at..self.at + 4);
        let code = digits
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .ok_or_else(|| self.malformed("four hexadecimal digits"))?;
        self.at += 4;
        Ok(code)
    }

    /// Enters an array; [`element`](Self::element) follows.
    #[inline]
    pub fn array(&mut self) -> Result<()> {
        if self.take(b'[') { Ok(()) } else { Err(self.malformed("an array")) }
    }

    /// Whether another element of the array comes; `first` is true before the
    /// first one, and this changes it.
    #[inline]
    pub fn element(&mut self, first: &mut bool) -> Result<bool> {
        self.follows(first, b']', "`,` or `]`")
    }

    /// Enters an object; [`key`](Self::key) follows.
    #[inline]
    pub fn object(&mut self) -> Result<()> {
        if self.take(b'{') { Ok(()) } else { Err(self.malformed("an object")) }
    }

    /// The next key of the object, with its value to follow.
    #[inline]
    pub fn key(&mut self, first: &mut bool) -> Result<Option<Cow<'a, str>>> {
        if !self.follows(first, b'}', "`,` or `}`")? {
            return Ok(None);
        }
        let key = self.string()?;
        if self.take(b':') { Ok(Some(key)) } else { Err(self.malformed("`:`")) }
    }

    #[inline]
    fn follows(&mut self, first: &mut bool, end: u8, expected: &'static str) -> Result<bool> {
        if self.take(end) {
            return Ok(false);
        }
        if !std::mem::take(first) && !self.take(b',') {
            return Err(self.malformed(expected));
        }
        Ok(true)
    }

    /// Goes past the next value, and gives its text.
    pub fn skip(&mut self) -> Result<&'a str> {
        self.space();
        let start = self.at;
        self.skip_value(0)?;
        self.slice(start, self.at)
    }

    fn skip_value(&mut self, depth: usize) -> Result<()> {
        if depth > MAX_DEPTH {
            return Err(self.malformed("fewer arrays and objects in each other"));
        }
        let mut first = true;
        match self.next()? {
            Next::Array => {
                self.array()?;
                while self.element(&mut first)? {
                    self.skip_value(depth + 1)?;
                }
            }
            Next::Object => {
                self.object()?;
                while self.skip_key(&mut first)? {
                    self.skip_value(depth + 1)?;
                }
            }
            Next::String => self.skip_string()?,
            Next::Number => self.number().map(|_| ())?,
            Next::Boolean => self.boolean().map(|_| ())?,
            Next::Null => self.word("null")?,
        }
        Ok(())
    }

    fn skip_key(&mut self, first: &mut bool) -> Result<bool> {
        if !self.follows(first, b'}', "`,` or `}`")? {
            return Ok(false);
        }
        self.space();
        self.skip_string()?;
        if self.take(b':') { Ok(true) } else { Err(self.malformed("`:`")) }
    }

    /// What is escaped in it is looked at when it is read.
    fn skip_string(&mut self) -> Result<()> {
        if !self.take(b'"') {
            return Err(self.malformed("a string"));
        }
        while self.plain()? == b'\\' {
            match self.byte() {
                Some(_) => self.at += 1,
                None => return Err(self.malformed("an escape")),
            }
        }
        Ok(())
    }

    /// Checks that nothing but space is left.
    pub fn end(&mut self) -> Result<()> {
        self.space();
        if self.at == self.text.len() { Ok(()) } else { Err(self.malformed("the end")) }
    }
}

/// Marks quotes, backslashes and control characters among eight bytes, the first
/// of which is the lowest. Only the lowest mark is sure to be one.
#[inline]
fn ends(word: u64) -> u64 {
    const ONES: u64 = u64::MAX / 0xff;
    const HIGH: u64 = ONES << 7;
    // The high bit of each byte that is below another one, of at most 0x80.
    let below = |word: u64, byte: u64| word.wrapping_sub(ONES * byte) & !word & HIGH;
    let is = |byte: u64| below(word ^ (ONES * byte), 1);
    below(word, 0x20) | is(b'"'.into()) | is(b'\\'.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_ends_where_it_ends() {
        for filler in ["x", "é", "\u{7f}", "\u{10ffff}"] {
            for length in 0..40 {
                let text = filler.repeat(length);
                let json = format!("\"{text}\"{}", "y".repeat(20));
                assert_eq!(Reader::new(&json).string().unwrap(), text);
                for byte in ['\0', '\u{1f}', '\n'] {
                    let json = format!("\"{text}{byte}zzzzzzzz\"");
                    let malformed = Reader::new(&json).string().unwrap_err();
                    assert_eq!(malformed.at, 1 + text.len(), "{json:?}");
                }
                let json = format!("\"{text}\\n{text}\"");
                assert_eq!(Reader::new(&json).string().unwrap(), format!("{text}\n{text}"));
            }
        }
    }

    #[test]
    fn strings_read_back() {
        for (json, text) in [
            (r#""""#, ""),
            (r#" "plain é😀" "#, "plain é😀"),
            (r#""a\"b\\c\/d\b\f\n\r\t""#, "a\"b\\c/d\u{8}\u{c}\n\r\t"),
            (r#""\u00e9\ud83d\uDE00\u0000x""#, "é😀\0x"),
            (r#""\\\"""#, "\\\""),
        ] {
            let mut reader = Reader::new(json);
            assert_eq!(reader.string().as_deref(), Ok(text));
            assert_eq!(reader.end(), Ok(()));
            assert_eq!(Reader::new(json).skip(), Ok(json.trim()));
        }
        for json in [
            "\"a",
            "\"a\\",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\u12é\"",
            r#""\ud83d""#,
            r#""\ud83dx""#,
            r#""\ud83d\ud83d""#,
            r#""\udc00""#,
            "\"a\nb\"",
            "a",
            "",
            "\"\\u+123\"",
        ] {
            assert!(Reader::new(json).string().is_err(), "{json}");
        }
    }

    #[test]
    fn values_are_pulled() {
        let mut reader = Reader::new(r#"{"a": [1, -2.5e3 , null, true,false], "b": {"c": [[]]}}"#);
        let mut keys = Vec::new();
        let (mut first, mut numbers) = (true, Vec::new());
        reader.object().unwrap();
        while let Some(key) = reader.key(&mut first).unwrap() {
            keys.push(key.into_owned());
            if keys.len() == 2 {
                assert_eq!(reader.skip(), Ok(r#"{"c": [[]]}"#));
                continue;
            }
            reader.array().unwrap();
            let mut first = true;
            while reader.element(&mut first).unwrap() {
                match reader.next().unwrap() {
                    Next::Number => numbers.push(reader.number().unwrap()),
                    Next::Null => assert!(reader.null().unwrap()),
                    _ => numbers.push(if reader.boolean().unwrap() { "t" } else { "f" }),
                }
            }
        }
        assert_eq!(keys, ["a", "b"]);
        assert_eq!(numbers, ["1", "-2.5e3", "t", "f"]);
        assert_eq!(reader.end(), Ok(()));
    }

    #[test]
    fn what_is_cut_or_wrong_is_refused() {
        let whole = r#"{"a":[1,{"b":"\u00e9\\"},null,true,[false,-1.5]],"c":{}}"#;
        assert_eq!(Reader::new(whole).skip(), Ok(whole));
        for end in 0..whole.len() {
            assert!(Reader::new(&whole[..end]).skip().is_err(), "{end}");
        }
        for json in
            ["[1 2]", "[1,]", "[,1]", "{\"a\" 1}", "{\"a\":1,}", "{1:2}", "nul", "[1}", "+1"]
        {
            assert!(Reader::new(json).skip().is_err(), "{json}");
        }
        assert!(Reader::new(&"[".repeat(1_000_000)).skip().is_err());
        assert!(Reader::new("1 2").skip().is_ok());
        let mut two = Reader::new("1 2");
        two.skip().unwrap();
        assert_eq!(two.end(), Err(Malformed { at: 2, expected: "the end" }));
    }
}
