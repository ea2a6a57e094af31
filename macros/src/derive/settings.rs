//! The settings of a derive: `#[lake(key = "value")]`.

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Lit, Meta, Token};

use crate::problem::Problem;

const EXPECTED: &str = "expected `#[lake(key = \"value\")]`";

/// The value of a setting.
#[derive(Clone)]
pub(crate) struct Value {
    /// The text.
    pub(crate) text: String,
    /// Where it stands.
    pub(crate) span: Span,
}

/// `key = "value"`
struct Setting {
    key: Ident,
    value: Value,
}

impl Parse for Setting {
    fn parse(input: ParseStream<'_>) -> syn::Result<Setting> {
        let wrong = |error: syn::Error| syn::Error::new(error.span(), EXPECTED);
        let key = input.call(Ident::parse_any).map_err(wrong)?;
        // Where nothing follows, the key is what is wrong.
        let wrong = |error| match input.is_empty() {
            true => syn::Error::new(key.span(), EXPECTED),
            false => wrong(error),
        };
        input.parse::<Token![=]>().map_err(wrong)?;
        match input.parse::<Lit>().map_err(wrong)? {
            Lit::Str(text) => {
                let value = Value { text: text.value(), span: text.span() };
                Ok(Setting { key, value })
            }
            other => Err(syn::Error::new(other.span(), "expected a string")),
        }
    }
}

/// The value of the setting `key`, the only one that there may be here.
///
/// # Errors
///
/// All that is wrong with the `#[lake(…)]` among the attributes.
pub(crate) fn value(attributes: &[Attribute], key: &str) -> Result<Option<Value>, Vec<Problem>> {
    let mut found = None;
    let mut problems = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("lake")) {
        let settings = match settings(attribute) {
            Ok(settings) => settings,
            Err(problem) => {
                problems.push(problem);
                continue;
            }
        };
        for setting in settings {
            let wrong = if setting.key != key {
                format!("`{}` is not a setting here; the setting is `{key}`", setting.key)
            } else if found.replace(setting.value).is_some() {
                format!("`{key}` is set twice")
            } else {
                continue;
            };
            problems.push(Problem::new(setting.key.span(), wrong));
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}

fn settings(attribute: &Attribute) -> Result<Punctuated<Setting, Token![,]>, Problem> {
    let Meta::List(list) = &attribute.meta else {
        return Err(Problem::new(attribute.path().span(), EXPECTED));
    };
    if list.tokens.is_empty() {
        return Err(Problem::new(attribute.path().span(), EXPECTED));
    }
    attribute
        .parse_args_with(Punctuated::parse_terminated)
        .map_err(|error| Problem::new(error.span(), error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::DeriveInput;

    fn read(text: &str) -> Result<Option<String>, Vec<String>> {
        let item: DeriveInput = syn::parse_str(&format!("{text} struct A;")).unwrap();
        match value(&item.attrs, "table") {
            Ok(value) => Ok(value.map(|value| value.text)),
            Err(problems) => Err(problems.into_iter().map(|problem| problem.message).collect()),
        }
    }

    #[test]
    fn other_attributes_are_passed_over() {
        for (text, expected) in [
            ("", None),
            ("/// Text\n#[derive(Debug)] #[serde(lake = 1)] #[a::lake]", None),
            ("#[lake(table = \"t.o\")]", Some("t.o")),
            ("#[lake(table = r#\"a\"b\"#,)]", Some("a\"b")),
        ] {
            assert_eq!(read(text), Ok(expected.map(str::to_owned)), "{text}");
        }
    }

    #[test]
    fn all_that_is_not_understood_is_said() {
        for (text, expected) in [
            ("#[lake]", &[EXPECTED][..]),
            ("#[lake()]", &[EXPECTED]),
            ("#[lake = \"t\"]", &[EXPECTED]),
            ("#[lake(table)]", &[EXPECTED]),
            ("#[lake(table = t.o)]", &[EXPECTED]),
            ("#[lake(table(\"t\"))]", &[EXPECTED]),
            ("#[lake(\"t\")]", &[EXPECTED]),
            ("#[lake(table = 1)]", &["expected a string"]),
            ("#[lake(table = b\"t\")]", &["expected a string"]),
            ("#[lake(table = \"t\" table = \"t\")]", &["expected `,`"]),
            ("#[lake(table = \"t\", table = \"t\")]", &["`table` is set twice"]),
            ("#[lake(table = \"t\")] #[lake(table = \"t\")]", &["`table` is set twice"]),
            (
                "#[lake(tabel = \"t\", type = \"x\")] #[lake]",
                &[
                    "`tabel` is not a setting here; the setting is `table`",
                    "`type` is not a setting here; the setting is `table`",
                    EXPECTED,
                ],
            ),
        ] {
            let expected: Vec<String> = expected.iter().map(|&line| line.to_owned()).collect();
            assert_eq!(read(text), Err(expected), "{text}");
        }
    }
}
