//! `#[derive(SqlType)]`: a newtype that stands where its inner type can, both in
//! a column and as a parameter.

use proc_macro2::{TokenStream, TokenTree};

use crate::code::{self, Part};
use crate::item;
use crate::problem::{self, Problem};

/// The implementations of `Decode`, `FromSql` and `ToSql`, or the error.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    implementation(input).unwrap_or_else(|problem| problem::items(&[problem]))
}

fn implementation(input: TokenStream) -> Result<TokenStream, Problem> {
    let item = item::read(input, "SqlType")?;
    let name = &item.name;
    let [field] = item.fields.as_slice() else {
        let message = "`SqlType` needs a struct with one field: `struct OrderKey(i64);`";
        return Err(Problem::new(name.span(), message));
    };
    let ty = &field.ty;
    let member = match &field.name {
        Some(name) => name.to_string(),
        None => "0".to_owned(),
    };
    // An inner type that has no place in SQL is an error where it is written.
    let Problem { start, end, .. } = problem::around(ty);
    let name = || Part::Tokens(TokenTree::from(name.clone()).into());
    let ty = || Part::Tokens(ty.clone());
    let decode = vec![
        "fn decode(cell: ::lakequery::__private::Cell<'_>) \
         -> ::core::result::Result<Self, ::lakequery::__private::DecodeError>"
            .into(),
        Part::braces(vec![
            Part::At(start, "<".into()),
            ty(),
            Part::At(end, "as ::lakequery::__private::Decode>::decode".into()),
            format!("(cell).map(|value| Self {{ {member}: value }})").into(),
        ]),
    ];
    let to_sql = vec![
        "fn to_sql(&self) -> ::lakequery::__private::Value".into(),
        Part::braces(vec![
            format!("::lakequery::__private::ToSql::<K>::to_sql(&self.{member})").into(),
        ]),
    ];
    Ok(code::tokens(vec![
        "#[automatically_derived] impl ::lakequery::__private::Decode for".into(),
        name(),
        Part::braces(decode),
        "#[automatically_derived] impl<K> ::lakequery::__private::FromSql<K> for".into(),
        name(),
        "where".into(),
        ty(),
        Part::At(end, ": ::lakequery::__private::FromSql<K>".into()),
        "{} #[automatically_derived] impl<K> ::lakequery::__private::ToSql<K> for".into(),
        name(),
        "where".into(),
        ty(),
        ": ::lakequery::__private::ToSql<K>".into(),
        Part::braces(to_sql),
    ]))
}
