//! What all derives ask of the item that they are given.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::{Data, DataStruct, DeriveInput, Fields, GenericParam, Generics};

use crate::problem::{self, Problem};

/// Reads the item.
///
/// # Errors
///
/// The tokens of the errors, where it is an item that syn does not know.
pub(crate) fn read(input: TokenStream) -> Result<DeriveInput, TokenStream> {
    syn::parse2(input).map_err(|errors: syn::Error| {
        let problem = |error: syn::Error| Problem::new(error.span(), error.to_string());
        problem::items(&errors.into_iter().map(problem).collect::<Vec<_>>())
    })
}

/// The fields, if the item is a struct.
///
/// # Errors
///
/// If it is an enum or a union; `enum_help` says what to do with an enum.
pub(crate) fn fields<'i>(
    item: &'i DeriveInput,
    derive: &str,
    enum_help: &str,
) -> Result<&'i Fields, Problem> {
    let (what, help) = match &item.data {
        Data::Struct(DataStruct { fields, .. }) => return Ok(fields),
        Data::Enum(_) => ("an enum", enum_help),
        Data::Union(_) => ("a union", ""),
    };
    let message = format!("`{derive}` can be derived for a struct only, and this is {what}{help}");
    Err(Problem::new(item.ident.span(), message))
}

/// Whether a type depends on a parameter of the item, so that rustc learns only where
/// the item is used what the type implements.
pub(crate) fn is_generic(ty: &TokenStream, generics: &Generics) -> bool {
    let is_parameter = |word: &Ident| {
        generics.params.iter().any(|parameter| match parameter {
            GenericParam::Type(parameter) => parameter.ident == *word,
            GenericParam::Const(parameter) => parameter.ident == *word,
            GenericParam::Lifetime(_) => false,
        })
    };
    ty.clone().into_iter().any(|tree| match tree {
        TokenTree::Ident(word) => is_parameter(&word),
        TokenTree::Group(group) => is_generic(&group.stream(), generics),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
