//! The little of Rust's item syntax that the derives have to know.

use proc_macro2::{Delimiter, Ident, Literal, Span, TokenStream, TokenTree};

use crate::literal::{self, Value};
use crate::problem::Problem;

/// A struct.
pub(crate) struct Struct {
    /// Its `#[lake(…)]` settings.
    pub(crate) settings: Vec<Setting>,
    /// Its name.
    pub(crate) name: Ident,
    /// Whether its fields have names.
    pub(crate) named: bool,
    /// Its fields.
    pub(crate) fields: Vec<Field>,
}

/// A field of a struct.
pub(crate) struct Field {
    /// Its `#[lake(…)]` settings.
    pub(crate) settings: Vec<Setting>,
    /// Its name; none in a tuple struct.
    pub(crate) name: Option<Ident>,
    /// Its type.
    pub(crate) ty: TokenStream,
}

/// `key = "value"` in `#[lake(…)]`.
pub(crate) struct Setting {
    /// The key.
    pub(crate) key: Ident,
    /// The value.
    pub(crate) value: String,
    /// Where the value stands.
    pub(crate) span: Span,
}

type Trees = std::iter::Peekable<proc_macro2::token_stream::IntoIter>;

/// Reads the struct that a derive is given. rustc has checked its syntax before.
///
/// # Errors
///
/// Where it is no struct or is generic, or a `#[lake(…)]` is not understood.
pub(crate) fn read(input: TokenStream, derive: &str) -> Result<Struct, Problem> {
    let mut trees = input.into_iter().peekable();
    let settings = attributes(&mut trees)?;
    visibility(&mut trees);
    let keyword = trees.next();
    let Some(TokenTree::Ident(name)) = trees.next() else {
        return Err(Problem::new(Span::call_site(), format!("`{derive}` needs a struct")));
    };
    if !matches!(&keyword, Some(TokenTree::Ident(keyword)) if keyword == "struct") {
        let what = keyword.map_or_else(String::new, |keyword| keyword.to_string());
        let message = format!("`{derive}` can be derived for a struct only, and this is an {what}");
        let help = match (derive, what.as_str()) {
            ("SqlType", "enum") => ENUM_HELP,
            _ => "",
        };
        let message = message.replace("an union", "a union") + help;
        return Err(Problem::new(name.span(), message));
    }
    match trees.next() {
        Some(TokenTree::Group(group)) => {
            let named = group.delimiter() == Delimiter::Brace;
            let fields = fields(group.stream(), named)?;
            Ok(Struct { settings, name, named, fields })
        }
        Some(TokenTree::Punct(punct)) if punct.as_char() == '<' => {
            let message = format!("`{derive}` can't be derived for a generic struct");
            Err(Problem::new(punct.span(), message))
        }
        _ => Ok(Struct { settings, name, named: true, fields: Vec::new() }),
    }
}

/// The name of what a derive is given, where an implementation can be written for
/// it without knowing more: where it is not generic.
pub(crate) fn simple_name(input: &TokenStream) -> Option<Ident> {
    let keyword = |tree: &TokenTree| matches!(tree, TokenTree::Ident(word) if word == "struct" || word == "enum" || word == "union");
    let mut trees = input.clone().into_iter().skip_while(|tree| !keyword(tree)).skip(1);
    match (trees.next(), trees.next()) {
        (_, Some(TokenTree::Punct(punct))) if punct.as_char() == '<' => None,
        (Some(TokenTree::Ident(name)), _) => Some(name),
        _ => None,
    }
}

fn fields(tokens: TokenStream, named: bool) -> Result<Vec<Field>, Problem> {
    let mut trees = tokens.into_iter().peekable();
    let mut fields = Vec::new();
    while trees.peek().is_some() {
        let settings = attributes(&mut trees)?;
        visibility(&mut trees);
        let mut name = None;
        if named {
            if let Some(TokenTree::Ident(ident)) = trees.next() {
                name = Some(ident);
            }
            trees.next(); // The colon.
        }
        fields.push(Field { settings, name, ty: ty(&mut trees) });
    }
    Ok(fields)
}

/// The tokens up to a comma that is not between `<` and `>`; the comma is taken.
fn ty(trees: &mut Trees) -> TokenStream {
    let mut depth = 0_usize;
    let mut arrow = false;
    let inside = |tree: &TokenTree| {
        if let TokenTree::Punct(punct) = tree {
            match punct.as_char() {
                ',' if depth == 0 => return false,
                '<' => depth += 1,
                '>' if !arrow => depth = depth.saturating_sub(1),
                _ => {}
            }
            arrow = punct.as_char() == '-';
        }
        true
    };
    trees.by_ref().take_while(inside).collect()
}

/// `pub`, `pub(crate)`
fn visibility(trees: &mut Trees) {
    if trees.next_if(|tree| matches!(tree, TokenTree::Ident(word) if word == "pub")).is_some() {
        let scope = |tree: &TokenTree| matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis);
        trees.next_if(scope);
    }
}

/// The settings of all `#[lake(…)]`; other attributes are passed over.
fn attributes(trees: &mut Trees) -> Result<Vec<Setting>, Problem> {
    let mut settings = Vec::new();
    while trees
        .next_if(|tree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == '#'))
        .is_some()
    {
        let Some(TokenTree::Group(attribute)) = trees.next() else { continue };
        let mut inner = attribute.stream().into_iter();
        let Some(TokenTree::Ident(name)) = inner.next() else { continue };
        if name != "lake" {
            continue;
        }
        match (inner.next(), inner.next()) {
            (Some(TokenTree::Group(group)), None)
                if group.delimiter() == Delimiter::Parenthesis =>
            {
                read_settings(group.stream(), name.span(), &mut settings)?;
            }
            _ => return Err(Problem::new(name.span(), EXPECTED)),
        }
    }
    Ok(settings)
}

const EXPECTED: &str = "expected `#[lake(key = \"value\")]`";

fn read_settings(
    tokens: TokenStream,
    attribute: Span,
    settings: &mut Vec<Setting>,
) -> Result<(), Problem> {
    let mut trees = tokens.into_iter();
    while let Some(tree) = trees.next() {
        let TokenTree::Ident(key) = tree else {
            return Err(Problem::new(tree.span(), EXPECTED));
        };
        let (equals, value) = (trees.next(), trees.next());
        let value = match (equals, value) {
            (Some(TokenTree::Punct(equals)), Some(TokenTree::Literal(value)))
                if equals.as_char() == '=' =>
            {
                value
            }
            _ => {
                return Err(Problem {
                    message: EXPECTED.into(),
                    start: attribute,
                    end: key.span(),
                });
            }
        };
        settings.push(Setting { key, value: string(&value)?, span: value.span() });
        match trees.next() {
            None => break,
            Some(TokenTree::Punct(comma)) if comma.as_char() == ',' => {}
            Some(other) => return Err(Problem::new(other.span(), "expected a comma")),
        }
    }
    Ok(())
}

fn string(literal: &Literal) -> Result<String, Problem> {
    match literal::read(&literal.to_string()) {
        Ok(Value::Text(text)) => Ok(text.value),
        Ok(_) => Err(Problem::new(literal.span(), "expected a string")),
        Err(message) => Err(Problem::new(literal.span(), message)),
    }
}

/// The value of a setting, the only one that there may be.
///
/// # Errors
///
/// Where there are others, or it is there twice.
pub(crate) fn setting<'a>(
    settings: &'a [Setting],
    key: &str,
) -> Result<Option<&'a Setting>, Problem> {
    let mut found = None;
    for setting in settings {
        if setting.key != key {
            let message = format!("there is no setting `{}` here; there is `{key}`", setting.key);
            return Err(Problem::new(setting.key.span(), message));
        }
        if found.replace(setting).is_some() {
            let message = format!("`{key}` is set twice");
            return Err(Problem::new(setting.key.span(), message));
        }
    }
    Ok(found)
}

/// How an enum can be a type of SQL.
const ENUM_HELP: &str = "\nhelp: say how its values stand in SQL by implementing `lakequery::Decode`, \
     `FromSql<sql_types::Varchar>` and `ToSql<sql_types::Varchar>`: the page of `Decode` has an \
     example; or derive `SqlType` on a newtype around the text";

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str) -> Result<String, String> {
        let item = read(text.parse().unwrap(), "LakeTable").map_err(|problem| problem.message)?;
        let settings = |settings: &[Setting]| {
            settings.iter().map(|s| format!("{}={} ", s.key, s.value)).collect::<String>()
        };
        let mut shown = format!("{}{}:", settings(&item.settings), item.name);
        for field in &item.fields {
            let name = field.name.as_ref().map_or_else(|| "_".into(), Ident::to_string);
            shown += &format!(" {}{name} {};", settings(&field.settings), field.ty);
        }
        Ok(shown)
    }

    #[test]
    fn structs_are_read() {
        for (text, expected) in [
            ("struct A;", "A:"),
            (
                "pub struct A { a: i64, pub(crate) b: Option<X<Y, Z>>, }",
                "A: a i64; b Option < X < Y , Z >>;",
            ),
            ("struct A(i64);", "A: _ i64;"),
            (
                "/// Text\n#[derive(Debug)] #[lake(table = \"t.o\")] struct A { #[lake(column = \"x\")] pub r#type: fn(u8, u8) -> u8, b: u8 }",
                "table=t.o A: column=x r#type fn (u8 , u8) -> u8; b u8;",
            ),
        ] {
            assert_eq!(show(text), Ok(expected.to_owned()));
        }
    }

    #[test]
    fn what_is_not_understood_is_said() {
        for (text, expected) in [
            ("enum A { B }", "`LakeTable` can be derived for a struct only, and this is an enum"),
            ("struct A<T> { a: T }", "`LakeTable` can't be derived for a generic struct"),
            ("#[lake] struct A;", EXPECTED),
            ("#[lake(table)] struct A;", EXPECTED),
            ("#[lake(table = 1)] struct A;", "expected a string"),
        ] {
            assert_eq!(show(text), Err(expected.to_owned()));
        }
    }
}
