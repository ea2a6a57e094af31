//! Rust sources as tokens, without comments, texts and tests: enough to see what a file
//! names.

use std::collections::BTreeSet;

use crate::sources;

/// A file of a crate: a module.
pub(crate) struct File {
    /// Where it is in the repository.
    pub(crate) name: String,
    /// The path of the module; empty for the root.
    pub(crate) module: Vec<String>,
    pub(crate) tokens: Vec<Token>,
}

impl File {
    /// Its name in the crate.
    pub(crate) fn shown(&self) -> String {
        let (_, path) = self.name.split_once("/src/").expect("a source");
        path.trim_end_matches(".rs").to_owned()
    }
}

/// A word, a punctuation mark or `::`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) text: String,
    /// From 1.
    pub(crate) line: usize,
}

impl Token {
    pub(crate) fn is(&self, text: &str) -> bool {
        self.text == text
    }

    pub(crate) fn is_word(&self) -> bool {
        self.text.starts_with(|c: char| c.is_alphabetic() || c == '_')
    }
}

/// The files of a crate but for its tests.
pub(crate) fn files(package: &str) -> Vec<File> {
    without_test_files(sources(&format!("{package}/src")))
}

/// The files of these names and texts but for those that are tests.
pub(crate) fn without_test_files(sources: Vec<(String, String)>) -> Vec<File> {
    let mut tests = BTreeSet::new();
    let mut files = Vec::new();
    for (name, text) in sources {
        let module = module(&name);
        let (tokens, test_modules) = without_tests(tokenize(&text));
        tests.extend(test_modules.into_iter().map(|child| [&module[..], &[child]].concat()));
        files.push(File { name, module, tokens });
    }
    let is_test = |file: &File| tests.iter().any(|test| file.module.starts_with(test));
    files.retain(|file| !is_test(file));
    files
}

/// The module that a file is.
fn module(name: &str) -> Vec<String> {
    let (_, path) = name.split_once("/src/").expect("a source");
    let path = path.trim_end_matches(".rs").trim_end_matches("/mod");
    match path {
        "lib" | "main" => Vec::new(),
        path => path.split('/').map(str::to_owned).collect(),
    }
}

/// The tokens of a source, literals and comments left out.
fn tokenize(text: &str) -> Vec<Token> {
    let (mut tokens, mut line, mut at) = (Vec::new(), 1, 0);
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(length) = text_literal(rest) {
            length
        } else if c.is_alphanumeric() || c == '_' {
            let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
            let length = length.unwrap_or(rest.len());
            tokens.push(Token { text: rest[..length].to_owned(), line });
            length
        } else {
            let length = if rest.starts_with("::") { 2 } else { c.len_utf8() };
            if !c.is_whitespace() {
                tokens.push(Token { text: rest[..length].to_owned(), line });
            }
            length
        };
        line += rest[..length].matches('\n').count();
        at += length;
    }
    tokens
}

/// How long the text or character is that a source starts with, if it starts with one.
fn text_literal(rest: &str) -> Option<usize> {
    let escaped_end = |start: usize, quote: char| {
        let mut escaped = false;
        let end = rest[start..].find(|c| {
            let ends = c == quote && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        end.map_or(rest.len(), |end| start + end + 1)
    };
    let bytes = usize::from(rest.starts_with('b'));
    if let Some(raw) = rest[bytes..].strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        if let Some(content) = raw[hashes..].strip_prefix('"') {
            let closing = format!("\"{}", "#".repeat(hashes));
            let length = content.find(&closing)? + closing.len();
            return Some(rest.len() - content.len() + length);
        }
    }
    if rest[bytes..].starts_with('"') {
        return Some(escaped_end(bytes + 1, '"'));
    }
    let mut character = rest[bytes..].strip_prefix('\'')?.chars();
    match (character.next()?, character.next()?) {
        ('\\', _) => Some(escaped_end(bytes + 1, '\'')),
        (c, '\'') => Some(bytes + 2 + c.len_utf8()),
        // A lifetime.
        _ => None,
    }
}

/// The tokens without the items of tests, and the names of modules that are tests.
fn without_tests(tokens: Vec<Token>) -> (Vec<Token>, Vec<String>) {
    const TEST: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let (mut kept, mut modules, mut at) = (Vec::new(), Vec::new(), 0);
    while at < tokens.len() {
        let rest = &tokens[at..];
        let is_test = rest.len() > TEST.len() && rest.iter().zip(TEST).all(|(t, text)| t.is(text));
        if !is_test {
            kept.push(rest[0].clone());
            at += 1;
            continue;
        }
        let item = &rest[TEST.len()..];
        if let [module, name, end, ..] = item
            && module.is("mod")
            && end.is(";")
        {
            modules.push(name.text.clone());
        }
        at += TEST.len() + item_length(item);
    }
    (kept, modules)
}

/// How many tokens the item has that these start with.
fn item_length(tokens: &[Token]) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match &*token.text {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => {
                depth -= 1;
                // The braces of `use a::{b};` do not end it.
                let follows = tokens.get(at + 1).is_some_and(|next| next.is(";"));
                if depth == 0 && token.is("}") && !follows {
                    return at + 1;
                }
            }
            ";" if depth == 0 => return at + 1,
            _ => {}
        }
    }
    tokens.len()
}
