//! Paths of SQL/JSON, `lax $.a[*] ? (@.b > $x)`: the path language of ISO/IEC 9075-2, as Trino
//! reads it. The engine runs a path; only what is known of it before that is asked here.

use lakequery_types::Type;

use super::cast::castable;

/// What is known of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct JsonPathText {
    /// What the path gives.
    pub(super) gives: ItemKind,
    /// The names of the variables that it uses: `x` of `$x`.
    pub(super) variables: Vec<String>,
}

/// What a path gives, as far as the path alone tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ItemKind {
    /// It depends on the JSON.
    Any,
    Number,
    Text,
    Boolean,
}

/// What is wrong with a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PathError {
    /// One sentence without the path.
    pub(super) message: String,
    /// The character, from 1, at which it shows.
    pub(super) at: usize,
    /// What to write instead.
    pub(super) help: Option<String>,
}

impl JsonPathText {
    /// Reads a path.
    ///
    /// # Errors
    ///
    /// If the text is not a path.
    pub(super) fn read(path: &str) -> Result<JsonPathText, PathError> {
        let mut reader =
            Reader { chars: path.chars().collect(), at: 0, depth: 0, variables: Vec::new() };
        let gives = reader.path()?;
        Ok(JsonPathText { gives, variables: reader.variables })
    }
}

impl ItemKind {
    /// Whether it can be cast to a type.
    pub(super) fn is_castable(self, ty: &Type) -> bool {
        match self {
            ItemKind::Any => true,
            ItemKind::Number => castable(&Type::Double, ty),
            ItemKind::Text => castable(&Type::Varchar(None), ty),
            ItemKind::Boolean => castable(&Type::Boolean, ty),
        }
    }

    /// As a message names it.
    pub(super) const fn text(self) -> &'static str {
        match self {
            ItemKind::Any => "any value",
            ItemKind::Number => "a number",
            ItemKind::Text => "a text",
            ItemKind::Boolean => "a boolean",
        }
    }
}

/// How deep parentheses and brackets may nest.
const MAX_DEPTH: usize = 64;

/// The methods of items.
const METHODS: [&str; 7] = ["type", "size", "double", "ceiling", "floor", "abs", "keyvalue"];

/// The words that a path begins with.
const MODES: [&str; 2] = ["lax", "strict"];

/// What an expression of a path is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Items(ItemKind),
    Truth,
}

impl Kind {
    const ANY: Kind = Kind::Items(ItemKind::Any);
}

struct Reader {
    chars: Vec<char>,
    at: usize,
    depth: usize,
    variables: Vec<String>,
}

type Read<T> = Result<T, PathError>;

impl Reader {
    fn path(&mut self) -> Read<ItemKind> {
        self.space();
        let start = self.at;
        let mode = self.name();
        if !MODES.contains(&mode.as_str()) {
            self.at = start;
            let help = match mode.to_ascii_lowercase() {
                lower if MODES.contains(&lower.as_str()) => {
                    Some(format!("write `{lower}`: the words of a path are in lower case"))
                }
                _ if mode.is_empty() && self.peek() == Some('$') => {
                    Some(format!("write 'lax {}'", self.chars.iter().collect::<String>()))
                }
                _ => None,
            };
            return self.wrong_with("a path begins with `lax` or `strict`", help);
        }
        self.space();
        let start = self.at;
        let Kind::Items(gives) = self.either()? else {
            self.at = start;
            return self.wrong("a condition stands in a filter only: `? (…)`");
        };
        self.space();
        match self.peek() {
            None => Ok(gives),
            Some(c) => self.wrong(format!("`{c}` does not continue a path")),
        }
    }

    /// Conditions that `||` joins, or less.
    fn either(&mut self) -> Read<Kind> {
        self.chain("||", Self::both)
    }

    /// Conditions that `&&` joins, or less.
    fn both(&mut self) -> Read<Kind> {
        self.chain("&&", Self::negated)
    }

    fn chain(&mut self, operator: &str, operand: fn(&mut Self) -> Read<Kind>) -> Read<Kind> {
        let start = self.at;
        let kind = operand(self)?;
        if !self.eat(operator) {
            return Ok(kind);
        }
        self.truth(kind, start)?;
        loop {
            let start = self.at;
            let kind = operand(self)?;
            self.truth(kind, start)?;
            if !self.eat(operator) {
                return Ok(Kind::Truth);
            }
        }
    }

    fn negated(&mut self) -> Read<Kind> {
        if self.follows("!=") || !self.eat("!") {
            return self.compared();
        }
        self.space();
        let start = self.at;
        let kind = self.delimited()?;
        self.truth(kind, start)?;
        Ok(Kind::Truth)
    }

    /// A comparison, or less.
    fn compared(&mut self) -> Read<Kind> {
        let kind = self.sum()?;
        if kind == Kind::Truth {
            return Ok(kind);
        }
        if self.follows("=") && !self.follows("==") {
            return self.wrong_with("`=` does not compare in a path", Some("write `==`".into()));
        }
        if let Some(operator) =
            ["==", "<>", "!=", "<=", ">=", "<", ">"].into_iter().find(|operator| self.eat(operator))
        {
            let start = self.at;
            return match self.sum()? {
                Kind::Items(_) => Ok(Kind::Truth),
                Kind::Truth => {
                    self.at = start;
                    self.wrong(format!("`{operator}` does not compare conditions"))
                }
            };
        }
        self.space();
        let start = self.at;
        if self.word("like_regex") {
            self.at = start;
            return self.wrong("like_regex is not supported");
        }
        if self.word("starts") {
            if !self.word("with") {
                return self.wrong("`starts` is followed by `with`");
            }
            self.space();
            match self.peek() {
                Some('$') => self.variable()?,
                _ => self.text("what `starts with` looks for")?,
            }
            return Ok(Kind::Truth);
        }
        Ok(kind)
    }

    fn sum(&mut self) -> Read<Kind> {
        self.arithmetic(&["+", "-"], Self::product)
    }

    fn product(&mut self) -> Read<Kind> {
        self.arithmetic(&["*", "/", "%"], Self::signed)
    }

    fn arithmetic(
        &mut self,
        operators: &[&str],
        operand: fn(&mut Self) -> Read<Kind>,
    ) -> Read<Kind> {
        use ItemKind::{Any, Number};
        self.space();
        let mut start = self.at;
        let mut kind = operand(self)?;
        while let Some(operator) = operators.iter().find(|operator| self.eat(operator)) {
            self.space();
            let right = self.at;
            let other = operand(self)?;
            kind = match (kind, other) {
                (Kind::Items(Number), Kind::Items(Number)) => Kind::Items(Number),
                (Kind::Items(Any), Kind::Items(_)) | (Kind::Items(_), Kind::Items(Any)) => {
                    Kind::ANY
                }
                _ => {
                    let is_left = !matches!(kind, Kind::Items(Any | Number));
                    self.at = if is_left { start } else { right };
                    let found = if is_left { kind } else { other };
                    return self
                        .wrong(format!("`{operator}` takes numbers, found {}", text(found)));
                }
            };
            start = right;
        }
        Ok(kind)
    }

    fn signed(&mut self) -> Read<Kind> {
        let mut is_signed = false;
        while self.eat("-") || self.eat("+") {
            is_signed = true;
        }
        self.space();
        let start = self.at;
        let kind = self.accessed()?;
        if is_signed && !matches!(kind, Kind::Items(ItemKind::Any | ItemKind::Number)) {
            self.at = start;
            return self.wrong(format!("a sign takes a number, found {}", text(kind)));
        }
        Ok(kind)
    }

    /// A value with what is taken of it: `$.a[0].size()`.
    fn accessed(&mut self) -> Read<Kind> {
        self.space();
        let start = self.at;
        let kind = self.primary()?;
        self.space();
        let Kind::Items(mut gives) = kind else {
            if matches!(self.peek(), Some('.' | '[' | '?')) {
                self.at = start;
                return self.wrong("a condition has no members");
            }
            return Ok(kind);
        };
        loop {
            gives = match self.peek() {
                Some('.') => self.member(gives)?,
                Some('[') => self.subscripts()?,
                Some('?') => self.filter(gives)?,
                _ => return Ok(Kind::Items(gives)),
            };
            self.space();
        }
    }

    /// `.name`, `."name"`, `.*`, `.method()`, `..name`; the point comes next.
    fn member(&mut self, of: ItemKind) -> Read<ItemKind> {
        self.at += 1;
        let descends = self.peek() == Some('.');
        self.at += usize::from(descends);
        self.space();
        match self.peek() {
            Some('"') => self.text("a member")?,
            Some('*') if !descends => self.at += 1,
            // The minus is a name where one is expected.
            Some('-') => self.at += 1,
            Some(c) if starts_name(c) => {
                let start = self.at;
                let name = self.name();
                if !descends && self.follows("(") {
                    return self.method(&name, start, of);
                }
            }
            Some(c) if c.is_alphanumeric() => {
                let help =
                    Some("a member whose name is not a word is written as `.\"name\"`".into());
                return self.wrong_with("expected the name of a member", help);
            }
            _ => return self.wrong("expected the name of a member"),
        }
        Ok(ItemKind::Any)
    }

    /// `name()`; its parenthesis comes next.
    fn method(&mut self, name: &str, start: usize, of: ItemKind) -> Read<ItemKind> {
        if !METHODS.contains(&name) {
            self.at = start;
            let methods = METHODS.map(|name| format!("`{name}`")).join(", ");
            return match name {
                "datetime" => self.wrong("the method datetime is not supported"),
                _ => self.wrong_with(
                    format!("`{name}` is not a method"),
                    Some(format!("the methods are {methods}")),
                ),
            };
        }
        self.eat("(");
        self.closes(")")?;
        let takes = match name {
            "double" => of != ItemKind::Boolean,
            "ceiling" | "floor" | "abs" => matches!(of, ItemKind::Any | ItemKind::Number),
            _ => true,
        };
        if !takes {
            self.at = start;
            return self.wrong(format!("`{name}` takes a number, found {}", of.text()));
        }
        Ok(match name {
            "size" | "double" => ItemKind::Number,
            "type" => ItemKind::Text,
            "keyvalue" => ItemKind::Any,
            _ => of,
        })
    }

    /// `[*]`, `[0, 2 to last]`; the bracket comes next.
    fn subscripts(&mut self) -> Read<ItemKind> {
        self.eat("[");
        self.deeper(|this| {
            if this.eat("*") {
                return Ok(());
            }
            loop {
                this.items("a subscript")?;
                if this.word("to") {
                    this.items("the last subscript")?;
                }
                if !this.eat(",") {
                    return Ok(());
                }
            }
        })?;
        self.closes("]")?;
        Ok(ItemKind::Any)
    }

    /// `? (condition)`; the question mark comes next.
    fn filter(&mut self, of: ItemKind) -> Read<ItemKind> {
        self.eat("?");
        if !self.eat("(") {
            return self.wrong("a filter is written as `? (condition)`");
        }
        self.deeper(|this| {
            let start = this.at;
            let kind = this.either()?;
            this.truth(kind, start)
        })?;
        self.closes(")")?;
        Ok(of)
    }

    fn primary(&mut self) -> Read<Kind> {
        let in_parentheses = self.follows("(");
        let kind = self.delimited()?;
        let asks = kind == Kind::Truth && in_parentheses && self.word("is");
        if asks && !self.word("unknown") {
            return self.wrong("`is` is followed by `unknown`");
        }
        Ok(kind)
    }

    /// What needs no parentheses around it to be negated, where it is a condition.
    fn delimited(&mut self) -> Read<Kind> {
        self.space();
        match self.peek() {
            Some('$') if self.chars.get(self.at + 1).copied().is_some_and(starts_name) => {
                self.variable()?;
                Ok(Kind::ANY)
            }
            Some('$' | '@') => {
                self.at += 1;
                Ok(Kind::ANY)
            }
            Some('"') => self.text("a text").map(|()| Kind::Items(ItemKind::Text)),
            Some('(') => {
                self.eat("(");
                let kind = self.deeper(Self::either)?;
                self.closes(")")?;
                Ok(kind)
            }
            Some(c) if c.is_ascii_digit() => self.number(),
            Some('.') if self.chars.get(self.at + 1).is_some_and(char::is_ascii_digit) => {
                self.number()
            }
            Some(c) if starts_name(c) => self.value_word(),
            Some(c) => self.wrong(format!("`{c}` does not begin a value")),
            None => self.wrong("the path ends where a value is expected"),
        }
    }

    /// A value that is a word, or `exists(…)`; the word comes next.
    fn value_word(&mut self) -> Read<Kind> {
        let start = self.at;
        let name = self.name();
        match name.as_str() {
            "last" => Ok(Kind::Items(ItemKind::Number)),
            "null" => Ok(Kind::ANY),
            "true" | "false" => Ok(Kind::Items(ItemKind::Boolean)),
            "exists" => {
                if !self.eat("(") {
                    return self.wrong("`exists` is followed by `(`");
                }
                self.deeper(|this| this.items("a path"))?;
                self.closes(")")?;
                Ok(Kind::Truth)
            }
            _ => {
                self.at = start;
                let help = match name.to_ascii_lowercase().as_str() {
                    lower @ ("last" | "null" | "true" | "false" | "exists") => {
                        format!("write `{lower}`: the words of a path are in lower case")
                    }
                    _ => format!("a member is written as `$.{name}`, a text as `\"{name}\"`"),
                };
                self.wrong_with(format!("`{name}` is not a value of a path"), Some(help))
            }
        }
    }

    /// A value that is not a condition.
    fn items(&mut self, what: &str) -> Read<()> {
        let start = self.at;
        match self.either()? {
            Kind::Items(_) => Ok(()),
            Kind::Truth => {
                self.at = start;
                self.wrong(format!("{what} is not a condition"))
            }
        }
    }

    fn truth(&mut self, kind: Kind, start: usize) -> Read<()> {
        match kind {
            Kind::Truth => Ok(()),
            Kind::Items(_) => {
                self.at = start;
                self.space();
                self.wrong("expected a condition, such as `@.a > 1` or `exists(@.a)`")
            }
        }
    }

    /// `$name`; the `$` comes next.
    fn variable(&mut self) -> Read<()> {
        if !self.chars.get(self.at + 1).copied().is_some_and(starts_name) {
            return self.wrong("expected a text or a variable, such as `$name`");
        }
        self.at += 1;
        let name = self.name();
        self.variables.push(name);
        Ok(())
    }

    fn name(&mut self) -> String {
        let start = self.at;
        while self.peek().is_some_and(|c| starts_name(c) || c.is_ascii_digit()) {
            self.at += 1;
        }
        self.chars[start..self.at].iter().collect()
    }

    fn number(&mut self) -> Read<Kind> {
        let start = self.at;
        self.digits();
        let is_whole = self.peek() != Some('.');
        if !is_whole {
            self.at += 1;
            self.digits();
        }
        let digits: String =
            self.chars[start..self.at].iter().filter(|c| c.is_ascii_digit()).collect();
        let exponent = self.at;
        if matches!(self.peek(), Some('e' | 'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some('+' | '-')));
            if !self.digits() {
                self.at = exponent;
                return self.wrong("the exponent has no digits");
            }
        }
        let is_double = self.at > exponent;
        let fits = match is_whole {
            _ if is_double => true,
            true => digits.parse::<i64>().is_ok(),
            false => digits.trim_start_matches('0').len() <= 38,
        };
        if !fits {
            self.at = start;
            let (kind, limit) =
                if is_whole { ("number", "a bigint") } else { ("decimal", "38 digits") };
            return self.wrong(format!("this {kind} does not fit in {limit}"));
        }
        Ok(Kind::Items(ItemKind::Number))
    }

    /// Takes digits, and says whether there were any.
    fn digits(&mut self) -> bool {
        let start = self.at;
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
        }
        self.at > start
    }

    /// A text in double quotes, in which they are doubled.
    fn text(&mut self, what: &str) -> Read<()> {
        self.space();
        if self.peek() != Some('"') {
            return self.wrong(format!("expected {what} in double quotes"));
        }
        let start = self.at;
        self.at += 1;
        while let Some(c) = self.peek() {
            self.at += 1;
            if c == '"' {
                if self.peek() != Some('"') {
                    return Ok(());
                }
                self.at += 1;
            }
        }
        self.at = start;
        self.wrong("this text has no closing `\"`")
    }

    fn deeper<T>(&mut self, f: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return self.wrong(format!("it nests more than {MAX_DEPTH} levels deep"));
        }
        let read = f(self);
        self.depth -= 1;
        read
    }

    fn closes(&mut self, close: &str) -> Read<()> {
        match self.eat(close) {
            true => Ok(()),
            false => self.wrong(format!("expected `{close}`")),
        }
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(' ' | '\t' | '\r' | '\n')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    /// Whether these characters come next, space before them aside.
    fn follows(&mut self, text: &str) -> bool {
        self.space();
        text.chars().enumerate().all(|(i, c)| self.chars.get(self.at + i) == Some(&c))
    }

    fn eat(&mut self, text: &str) -> bool {
        let follows = self.follows(text);
        self.at += if follows { text.chars().count() } else { 0 };
        follows
    }

    /// Takes a word of the language, if it comes next.
    fn word(&mut self, word: &str) -> bool {
        self.space();
        let start = self.at;
        if self.name() == word {
            return true;
        }
        self.at = start;
        false
    }

    fn wrong<T>(&self, message: impl Into<String>) -> Read<T> {
        self.wrong_with(message, None)
    }

    fn wrong_with<T>(&self, message: impl Into<String>, help: Option<String>) -> Read<T> {
        Err(PathError { message: message.into(), at: self.at + 1, help })
    }
}

const fn text(kind: Kind) -> &'static str {
    match kind {
        Kind::Items(items) => items.text(),
        Kind::Truth => "a condition",
    }
}

const fn starts_name(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::JsonPathText;

    /// What is read of a path: what it gives and its variables, or the character of the mistake.
    fn read(path: &str) -> String {
        match JsonPathText::read(path) {
            Ok(JsonPathText { gives, variables }) => {
                let variables = variables.iter().map(|name| format!(" ${name}"));
                format!("{gives:?}{}", variables.collect::<String>())
            }
            Err(error) => format!("character {}", error.at),
        }
    }

    #[test]
    fn paths_are_read_as_trino_reads_them() {
        let (mut wrong, mut rows) = (Vec::new(), 0);
        for line in include_str!("json_path.tsv").lines().filter(|line| !line.starts_with('#')) {
            rows += 1;
            let (path, expected) = line.split_once('\t').expect("two columns");
            let path = path.replace("\\n", "\n").replace("\\t", "\t");
            let found = read(&path);
            if found != expected {
                wrong.push(format!("{path}: expected {expected}, found {found}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert_eq!(rows, 156, "paths");
    }

    #[test]
    fn depth_is_bounded() {
        for (open, close) in [("(", ")"), ("$[", "]"), ("$ ? (exists(", "))")] {
            let deep = format!("lax {}1{}", open.repeat(100), close.repeat(100));
            let error = JsonPathText::read(&deep).expect_err("it is too deep");
            assert!(error.message.contains("levels deep"), "{}", error.message);
        }
    }
}
