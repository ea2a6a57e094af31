//! Our tokens to sqlparser's.

use sqlparser::keywords::{ALL_KEYWORDS, ALL_KEYWORDS_INDEX, Keyword};
use sqlparser::tokenizer::{Location, Span as SqlSpan, Token as Sql, TokenWithSpan, Word};

use crate::diagnostic::{Code, Diagnostic};
use crate::token::{Span, Token, TokenKind};

/// The tokens for sqlparser.
pub(super) struct Translated {
    pub(super) tokens: Vec<TokenWithSpan>,
    /// The parameters' tokens, and whether each is a list.
    pub(super) parameters: Vec<(Span, bool)>,
}

/// Translates the tokens at the indexes `left`.
pub(super) fn translate(all: &[Token], left: &[u32]) -> Result<Translated, Diagnostic> {
    let mut tokens = Vec::with_capacity(left.len() + 3);
    let mut parameters = Vec::new();
    let mut rows = Vec::new();
    let mut i = 0;
    while i < left.len() {
        let index = left[i];
        let token = &all[index as usize];
        bare_values(all, left, i, &mut rows, &mut tokens);
        let mut push = |sql, length: u32| tokens.push(at(sql, index, length));
        let mut length = 1;
        match &token.kind {
            TokenKind::Word(word) => push(Sql::Word(self::word(word)), 1),
            TokenKind::Quoted(name) => push(Sql::make_word(name, Some('"')), 1),
            TokenKind::Number(number) => push(Sql::Number(number.clone(), false), 1),
            TokenKind::Text(text) => push(Sql::SingleQuotedString(text.clone()), 1),
            TokenKind::Binary(bytes) => {
                let hex = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
                push(Sql::HexStringLiteral(hex), 1);
            }
            TokenKind::Parameter(_) => {
                let list = i > 0
                    && matches!(&all[left[i - 1] as usize].kind,
                        TokenKind::Word(word) if word.eq_ignore_ascii_case("IN"));
                let placeholder = Sql::Placeholder(format!("${}", parameters.len()));
                if list {
                    push(Sql::LParen, 1);
                }
                push(placeholder, 1);
                if list {
                    push(Sql::RParen, 1);
                }
                parameters.push((Span::token(index), list));
            }
            TokenKind::Punct(c) => {
                let next = (token.joint && left.get(i + 1) == Some(&(index + 1)))
                    .then(|| match all[index as usize + 1].kind {
                        TokenKind::Punct(next) => Some(next),
                        _ => None,
                    })
                    .flatten();
                let (sql, taken) = punctuation(*c, next, index)?;
                length = taken;
                push(sql, taken);
            }
        }
        i += length as usize;
    }
    close_rows(&mut rows, 0, all.len() as u32, &mut tokens);
    tokens.push(at(Sql::EOF, all.len() as u32, 0));
    Ok(Translated { tokens, parameters })
}

/// A word with what it is as a keyword, as [`Sql::make_word`] finds it, which
/// takes a good part of all parsing where nothing is optimised.
fn word(value: &str) -> Word {
    let upper = value.to_ascii_uppercase();
    let keyword = ALL_KEYWORDS
        .binary_search(&upper.as_str())
        .map_or(Keyword::NoKeyword, |i| ALL_KEYWORDS_INDEX[i]);
    Word { value: value.to_owned(), quote_style: None, keyword }
}

/// `VALUES 1, 2` is `VALUES (1), (2)`: sqlparser takes the latter only. `rows`
/// holds, for each VALUES that is open, the depth of its parentheses within it
/// and whether a row of it was opened here.
fn bare_values(
    all: &[Token],
    left: &[u32],
    i: usize,
    rows: &mut Vec<(usize, bool)>,
    tokens: &mut Vec<TokenWithSpan>,
) {
    let index = left[i];
    let kind = &all[index as usize].kind;
    let after_values = i > 0
        && matches!(&all[left[i - 1] as usize].kind,
            TokenKind::Word(word) if word.eq_ignore_ascii_case("VALUES"));
    if after_values {
        rows.push((0, false));
    }
    let starts_row = after_values
        || (matches!(rows.last(), Some((0, _)))
            && i > 0
            && all[left[i - 1] as usize].kind == TokenKind::Punct(','));
    match (kind, rows.last_mut()) {
        (_, None) => {}
        (TokenKind::Punct('('), Some((depth, _))) => *depth += 1,
        (TokenKind::Punct(')'), Some((depth @ 1.., _))) => *depth -= 1,
        (TokenKind::Punct(')'), Some((0, _))) => {
            close_rows(rows, rows.len() - 1, index, tokens);
            bare_values_after_close(rows);
        }
        (TokenKind::Punct(','), Some((0, open @ true))) => {
            tokens.push(at(Sql::RParen, index, 0));
            *open = false;
        }
        (TokenKind::Word(word), Some((0, _))) if ends_values(word) => {
            close_rows(rows, rows.len() - 1, index, tokens);
        }
        (_, Some((0, open))) if starts_row => {
            tokens.push(at(Sql::LParen, index, 0));
            *open = true;
        }
        _ => {}
    }
}

/// The parenthesis that closed VALUES also closes one around it.
fn bare_values_after_close(rows: &mut [(usize, bool)]) {
    if let Some((depth @ 1.., _)) = rows.last_mut() {
        *depth -= 1;
    }
}

fn close_rows(
    rows: &mut Vec<(usize, bool)>,
    keep: usize,
    index: u32,
    tokens: &mut Vec<TokenWithSpan>,
) {
    while rows.len() > keep {
        if let Some((_, true)) = rows.pop() {
            tokens.push(at(Sql::RParen, index, 0));
        }
    }
}

/// The clauses that can follow the rows of VALUES.
fn ends_values(word: &str) -> bool {
    ["UNION", "INTERSECT", "EXCEPT", "ORDER", "LIMIT", "OFFSET", "FETCH"]
        .iter()
        .any(|clause| word.eq_ignore_ascii_case(clause))
}

fn at(token: Sql, index: u32, length: u32) -> TokenWithSpan {
    let location = |column: u32| Location::new(1, u64::from(column) + 1);
    TokenWithSpan::new(token, SqlSpan::new(location(index), location(index + length)))
}

/// The operator that starts with `c`, and how many characters it takes.
fn punctuation(c: char, next: Option<char>, index: u32) -> Result<(Sql, u32), Diagnostic> {
    let span = Span { start: index, end: index + 2 };
    let wrong =
        |message: &str, help: &str| Err(Diagnostic::new(Code::Syntax, span, message).help(help));
    let two = match (c, next) {
        ('<', Some('=')) => Some(Sql::LtEq),
        ('>', Some('=')) => Some(Sql::GtEq),
        ('<', Some('>')) | ('!', Some('=')) => Some(Sql::Neq),
        ('|', Some('|')) => Some(Sql::StringConcat),
        ('-', Some('>')) => Some(Sql::Arrow),
        ('=', Some('>')) => Some(Sql::RArrow),
        ('=', Some('=')) => return wrong("`==` is not an operator of SQL", "equality is `=`"),
        ('&', Some('&')) => return wrong("`&&` is not an operator of SQL", "write `AND`"),
        (':', Some(':')) => {
            return wrong("`::` is not an operator of lake SQL", "write `CAST(x AS type)`");
        }
        _ => None,
    };
    if let Some(sql) = two {
        return Ok((sql, 2));
    }
    let one = match c {
        '(' => Sql::LParen,
        ')' => Sql::RParen,
        '[' => Sql::LBracket,
        ']' => Sql::RBracket,
        ',' => Sql::Comma,
        '.' => Sql::Period,
        '+' => Sql::Plus,
        '-' => Sql::Minus,
        '*' => Sql::Mul,
        '/' => Sql::Div,
        '%' => Sql::Mod,
        '=' => Sql::Eq,
        '<' => Sql::Lt,
        '>' => Sql::Gt,
        ';' => Sql::SemiColon,
        ':' => Sql::Colon,
        other => {
            let help = match other {
                '!' => "negation is `NOT`, inequality `<>`",
                '?' | '$' | '@' => "a parameter is bound as `{expression}`",
                '|' => "strings are joined with `||`",
                '^' => "powers are written as `power(x, n)`",
                _ => "it may be part of another SQL dialect",
            };
            return Err(Diagnostic::new(
                Code::Syntax,
                Span::token(index),
                format!("`{other}` means nothing in lake SQL"),
            )
            .help(help));
        }
    };
    Ok((one, 1))
}
