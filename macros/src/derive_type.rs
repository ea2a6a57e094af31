//! `#[derive(SqlType)]`: a newtype that stands where its inner type can, both in
//! a column and as a parameter.

use proc_macro2::{Literal, TokenStream, TokenTree};
use quote::quote;

use crate::expand::at;
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
        Some(name) => TokenTree::from(name.clone()),
        None => Literal::u8_unsuffixed(0).into(),
    };
    let private = quote!(::lakequery::__private);
    // An inner type that has no place in SQL is an error where it is written.
    let place = problem::around(ty);
    let (open, colon) = (at(quote!(<), place.start), at(quote!(: #private::FromSql<K>), place.end));
    let decode = at(quote!(as #private::Decode>::decode), place.end);
    Ok(quote! {
        #[automatically_derived]
        impl #private::Decode for #name {
            fn decode(
                cell: #private::Cell<'_>,
            ) -> ::core::result::Result<Self, #private::DecodeError> {
                #open #ty #decode(cell).map(|value| Self { #member: value })
            }
        }
        #[automatically_derived]
        impl<K> #private::FromSql<K> for #name where #ty #colon {}
        #[automatically_derived]
        impl<K> #private::ToSql<K> for #name where #ty: #private::ToSql<K> {
            fn to_sql(&self) -> #private::Value {
                <#ty as #private::ToSql<K>>::to_sql(&self.#member)
            }
        }
    })
}
