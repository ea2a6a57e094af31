//! Rust tokens to the tokens of lake SQL.

use lakequery_compiler::diagnostic::Code;
use lakequery_compiler::token::{Expression, Token, TokenKind};
use proc_macro2::{Delimiter, Group, Punct, Spacing, Span, TokenStream, TokenTree};

use crate::literal::{self, Value};
use crate::problem::{self, Problem};
use crate::source::{self, Form, Place, Source, Unread};

/// Reads a query written as Rust tokens.
///
/// # Errors
///
/// Every token that SQL has no use for.
pub(crate) fn read(tokens: TokenStream, call: Span) -> Result<Source, Unread> {
    let mut reader = Reader::default();
    reader.stream(tokens);
    if !reader.problems.is_empty() {
        let parameters = source::expressions(&reader.places);
        let problems = [reader.problems, source::missing(&reader.places)].concat();
        return Err(Unread { problems, parameters });
    }
    Ok(Source { tokens: reader.tokens, form: Form::Bare { places: reader.places, call } })
}

#[derive(Default)]
struct Reader {
    tokens: Vec<Token>,
    places: Vec<Place>,
    problems: Vec<Problem>,
}

impl Reader {
    fn stream(&mut self, tokens: TokenStream) {
        let mut trees = tokens.into_iter().peekable();
        while let Some(tree) = trees.next() {
            match tree {
                TokenTree::Group(group) => self.group(group),
                TokenTree::Ident(ident) => {
                    let name = ident.to_string();
                    let kind = match name.strip_prefix("r#") {
                        Some(raw) => TokenKind::Quoted(raw.to_owned()),
                        None => TokenKind::Word(name),
                    };
                    self.push(kind, false, Place::Tree(ident.into()));
                }
                TokenTree::Literal(_) => self.literal(tree),
                TokenTree::Punct(punct) => {
                    let next = trees.peek();
                    if is_doc_comment(&punct, next)
                        || self.lifetime(&punct, next)
                        || self.comment(&punct, next)
                        || self.fraction(&punct, next)
                    {
                        trees.next();
                    } else {
                        // Rust has no `<>`: in a `macro_rules!` it comes apart.
                        let joint = match next {
                            Some(TokenTree::Punct(next)) => {
                                punct.spacing() == Spacing::Joint
                                    || (punct.as_char(), next.as_char()) == ('<', '>')
                            }
                            _ => false,
                        };
                        let kind = TokenKind::Punct(punct.as_char());
                        self.push(kind, joint, Place::Tree(punct.into()));
                    }
                }
            }
        }
    }

    fn push(&mut self, kind: TokenKind, joint: bool, place: Place) {
        self.tokens.push(Token { kind, joint });
        self.places.push(place);
    }

    fn problem(&mut self, start: Span, end: Span, message: impl Into<String>) {
        let message = problem::worded(Code::Syntax, message);
        self.problems.push(Problem { message, start, end });
    }

    fn group(&mut self, group: Group) {
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ('(', ')'),
            Delimiter::Bracket => ('[', ']'),
            Delimiter::Brace => {
                let kind = TokenKind::Parameter(rust_expression(&group.stream()));
                return self.push(kind, false, Place::Parameter(group));
            }
            // Something that a `macro_rules!` macro passed on.
            Delimiter::None => return self.stream(group.stream()),
        };
        let place = Place::Open(group.delimiter(), group.span_open());
        self.push(TokenKind::Punct(open), false, place);
        self.stream(group.stream());
        self.push(TokenKind::Punct(close), false, Place::Close(group.span_close()));
    }

    fn literal(&mut self, tree: TokenTree) {
        let text = tree.to_string();
        // A macro can make a negative literal; written by hand the sign is a token.
        let (sign, text) = match text.strip_prefix('-') {
            Some(text) => (true, text),
            None => (false, text.as_str()),
        };
        if sign {
            self.push(TokenKind::Punct('-'), false, Place::Tree(tree.clone()));
        }
        match literal::read(text) {
            Ok(value) => {
                let kind = match value {
                    Value::Number(number) => TokenKind::Number(number),
                    Value::Text(text) => TokenKind::Text(text.value),
                    Value::Binary(bytes) => TokenKind::Binary(bytes),
                };
                self.push(kind, false, Place::Tree(tree));
            }
            Err(message) => self.problem(tree.span(), tree.span(), message),
        }
    }

    /// `'a`: a quote that Rust takes for the start of a lifetime.
    fn lifetime(&mut self, punct: &Punct, next: Option<&TokenTree>) -> bool {
        let ('\'', Some(TokenTree::Ident(ident))) = (punct.as_char(), next) else {
            return false;
        };
        let message = format!("a string takes double quotes here: \"{ident}…\"");
        self.problem(punct.span(), ident.span(), message);
        true
    }

    /// `--`: what stands behind it is no comment for Rust.
    fn comment(&mut self, punct: &Punct, next: Option<&TokenTree>) -> bool {
        let ('-', Spacing::Joint, Some(TokenTree::Punct(second))) =
            (punct.as_char(), punct.spacing(), next)
        else {
            return false;
        };
        if second.as_char() != '-' {
            return false;
        }
        let message = "a comment starts with `//` here; for a double minus, put a space between";
        self.problem(punct.span(), second.span(), message);
        true
    }

    /// `.5`, which is one number for SQL and two tokens for Rust.
    fn fraction(&mut self, punct: &Punct, next: Option<&TokenTree>) -> bool {
        let ('.', Some(TokenTree::Literal(literal))) = (punct.as_char(), next) else {
            return false;
        };
        let Ok(Value::Number(digits)) = literal::read(&literal.to_string()) else {
            return false;
        };
        if digits.contains('.') {
            return false;
        }
        let place = Place::Pair(punct.clone().into(), literal.clone().into());
        self.push(TokenKind::Number(format!(".{digits}")), false, place);
        true
    }
}

/// The expression of a parameter. Names of one spelling that stand for different
/// variables, as a `macro_rules!` macro can have them, make different ones.
fn rust_expression(tokens: &TokenStream) -> Expression {
    let mut scope = String::new();
    hygiene(tokens, &mut scope);
    Expression::new(&tokens.to_string()).in_scope(scope)
}

/// Adds the scope of each name. rustc shows it only in the text of a span, as the
/// number in `#4 bytes(10..14)`; where there is none, names alone decide.
fn hygiene(tokens: &TokenStream, scope: &mut String) {
    for tree in tokens.clone() {
        match tree {
            TokenTree::Group(group) => hygiene(&group.stream(), scope),
            TokenTree::Ident(ident) => {
                let span = format!("{:?}", ident.span());
                if let Some((_, number)) = span.split_once('#') {
                    scope.extend(number.split_whitespace().next());
                    scope.push(' ');
                }
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// `/// text`, which Rust turns into `#[doc = "text"]`: a comment.
fn is_doc_comment(punct: &Punct, next: Option<&TokenTree>) -> bool {
    let ('#', Some(TokenTree::Group(group))) = (punct.as_char(), next) else {
        return false;
    };
    group.delimiter() == Delimiter::Bracket
        && matches!(group.stream().into_iter().next(), Some(TokenTree::Ident(doc)) if doc == "doc")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(TokenKind, bool)> {
        let source = read(text.parse().unwrap(), Span::call_site());
        let source = source.unwrap_or_else(|unread| panic!("{text}: {:?}", unread.problems));
        let Form::Bare { places, .. } = &source.form else { panic!() };
        assert_eq!(places.len(), source.tokens.len());
        source.tokens.into_iter().map(|token| (token.kind, token.joint)).collect()
    }

    #[test]
    fn every_rust_token_has_its_sql_token() {
        use TokenKind::*;
        let word = |text: &str| (Word(text.into()), false);
        let punct = |c| (Punct(c), false);
        let joint = |c| (Punct(c), true);
        let number = |text: &str| (Number(text.into()), false);
        for (text, expected) in [
            ("SELECT a", vec![word("SELECT"), word("a")]),
            ("o.r#Order", vec![word("o"), punct('.'), (Quoted("Order".into()), false)]),
            ("\"it's\"", vec![(Text("it's".into()), false)]),
            ("r#\"a\"b\"#", vec![(Text("a\"b".into()), false)]),
            ("b\"\\x00\"", vec![(Binary(vec![0]), false)]),
            ("1_000 .5", vec![number("1000"), number(".5")]),
            ("a<>b", vec![word("a"), joint('<'), punct('>'), word("b")]),
            ("a < > b", vec![word("a"), joint('<'), punct('>'), word("b")]),
            ("a=-1", vec![word("a"), joint('='), punct('-'), number("1")]),
            ("a||(b)", vec![word("a"), joint('|'), punct('|'), punct('('), word("b"), punct(')')]),
            ("{x + 1}", vec![(Parameter(Expression::new("x + 1")), false)]),
            ("[1]", vec![punct('['), number("1"), punct(']')]),
            ("a /// hidden\n b", vec![word("a"), word("b")]),
        ] {
            assert_eq!(kinds(text), expected, "{text}");
        }
    }

    #[test]
    fn all_that_sql_has_no_use_for_is_reported() {
        let problems = read("'a' 'b c 1u8 {} - - d--".parse().unwrap(), Span::call_site())
            .err()
            .map(|unread| unread.problems);
        let messages: Vec<_> = problems
            .iter()
            .flatten()
            .map(|problem| problem.message.strip_suffix(" [syntax]").unwrap())
            .collect();
        assert_eq!(
            messages,
            [
                "a string takes double quotes here: \"a\"",
                "a string takes double quotes here: \"b…\"",
                "`1u8` is not a number of lake SQL: leave out `u8`, or put a space before it",
                "a comment starts with `//` here; for a double minus, put a space between",
                "this parameter is empty: write a Rust expression between the braces",
            ]
        );
    }
}
