//! JSON read token by token from bytes, with nothing built of it: what nested
//! columns and the server's errors come as.

/// A place in a JSON text.
pub(super) struct Json<'a> {
    rest: &'a [u8],
}

/// What begins at a place.
#[derive(Debug, PartialEq)]
pub(super) enum Token<'a> {
    Null,
    Bool(bool),
    /// A number's text.
    Number(&'a [u8]),
    /// A string; its text was written to the buffer.
    String,
    /// `[` was read; see [`Json::more`].
    Array,
    /// `{` was read; see [`Json::key`].
    Object,
}

impl<'a> Json<'a> {
    pub(super) fn new(text: &'a [u8]) -> Json<'a> {
        Json { rest: text }
    }

    fn space(&mut self) {
        while let [b' ' | b'\n' | b'\r' | b'\t', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        self.space();
        match self.rest.strip_prefix(&[byte]) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Whether only space is left.
    pub(super) fn ended(&mut self) -> bool {
        self.space();
        self.rest.is_empty()
    }

    /// Reads a value, or the beginning of one; a string's text goes into the
    /// buffer, which is emptied before. `None` where none stands here.
    pub(super) fn token(&mut self, text: &mut Vec<u8>) -> Option<Token<'a>> {
        self.space();
        let word = |this: &mut Self, word: &[u8], token| {
            this.rest = this.rest.strip_prefix(word)?;
            Some(token)
        };
        match self.rest.first()? {
            b'n' => word(self, b"null", Token::Null),
            b't' => word(self, b"true", Token::Bool(true)),
            b'f' => word(self, b"false", Token::Bool(false)),
            b'[' => word(self, b"[", Token::Array),
            b'{' => word(self, b"{", Token::Object),
            b'"' => {
                self.string(text)?;
                Some(Token::String)
            }
            _ => {
                let number = |b: &u8| matches!(b, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
                let end = self.rest.iter().take_while(|b| number(b)).count();
                let (number, rest) = self.rest.split_at_checked(end)?;
                self.rest = rest;
                (end > 0).then_some(Token::Number(number))
            }
        }
    }

    /// In an array: whether another element comes; `None` where neither an
    /// element nor the end does.
    pub(super) fn more(&mut self, first: bool) -> Option<bool> {
        if self.eat(b']') {
            return Some(false);
        }
        (first || self.eat(b',')).then_some(true)
    }

    /// In an object: reads the next key into the buffer; `Some(false)` at the end.
    pub(super) fn key(&mut self, first: bool, text: &mut Vec<u8>) -> Option<bool> {
        if self.eat(b'}') {
            return Some(false);
        }
        if !first && !self.eat(b',') {
            return None;
        }
        self.space();
        self.string(text)?;
        self.eat(b':').then_some(true)
    }

    fn string(&mut self, text: &mut Vec<u8>) -> Option<()> {
        text.clear();
        self.rest = self.rest.strip_prefix(b"\"")?;
        loop {
            let end = self.rest.iter().position(|b| matches!(b, b'"' | b'\\'))?;
            let (plain, rest) = self.rest.split_at_checked(end)?;
            text.extend_from_slice(plain);
            let (&quote, rest) = rest.split_first()?;
            self.rest = rest;
            if quote == b'"' {
                return Some(());
            }
            let (&escape, rest) = self.rest.split_first()?;
            self.rest = rest;
            text.push(match escape {
                b'"' | b'\\' | b'/' => escape,
                b'b' => 8,
                b'f' => 12,
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'u' => {
                    let character = self.escaped()?;
                    text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                    continue;
                }
                _ => return None,
            });
        }
    }

    /// The character of `\u` and four digits, or of two such halves.
    fn escaped(&mut self) -> Option<char> {
        let first = self.hex()?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first);
        }
        self.rest = self.rest.strip_prefix(b"\\u")?;
        let second = self.hex()?;
        let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
        char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + low)
    }

    fn hex(&mut self) -> Option<u32> {
        let (digits, rest) = self.rest.split_first_chunk::<4>()?;
        self.rest = rest;
        digits
            .iter()
            .try_fold(0, |number, digit| Some(number * 16 + char::from(*digit).to_digit(16)?))
    }

    /// Passes over a value, nested to a depth at most.
    pub(super) fn skip(&mut self, depth: usize, text: &mut Vec<u8>) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match self.token(text)? {
            Token::Array => {
                let mut first = true;
                while self.more(first)? {
                    self.skip(depth, text)?;
                    first = false;
                }
            }
            Token::Object => {
                let mut first = true;
                while self.key(first, text)? {
                    self.skip(depth, text)?;
                    first = false;
                }
            }
            _ => {}
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_unescaped() {
        for (json, expected) in [
            (r#""""#, Some("")),
            (
                r#""a\"\\\/\b\f\n\r\té😀\u00e9\ud83d\ude00\u0000""#,
                Some("a\"\\/\u{8}\u{c}\n\r\té😀é😀\0"),
            ),
            (r#""\ud83d""#, None),
            (r#""\ud83dx""#, None),
            (r#""\ude00""#, None),
            (r#""\x""#, None),
            (r#""\u12"#, None),
            (r#""abc"#, None),
        ] {
            let mut text = Vec::new();
            let mut reader = Json::new(json.as_bytes());
            let token = reader.token(&mut text).filter(|_| reader.ended());
            assert_eq!(
                token.map(|_| text),
                expected.map(|text| text.as_bytes().to_vec()),
                "{json}"
            );
        }
    }

    #[test]
    fn values_are_skipped() {
        for (json, ok) in [
            (r#" { "a" : [1, -2.5e3, null, true, "x,]"], "b":{} } "#, true),
            ("[]", true),
            ("[1,]", false),
            ("[1 2]", false),
            ("{\"a\"}", false),
            ("[", false),
            ("nul", false),
            ("", false),
        ] {
            let mut reader = Json::new(json.as_bytes());
            let skipped = reader.skip(8, &mut Vec::new()).is_some() && reader.ended();
            assert_eq!(skipped, ok, "{json}");
        }
        assert!(Json::new("[".repeat(100).as_bytes()).skip(64, &mut Vec::new()).is_none());
    }
}
