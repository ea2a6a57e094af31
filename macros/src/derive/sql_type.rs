//! `#[derive(SqlType)]`: a newtype that stands where its inner type can, both in
//! a column and as a parameter.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{DeriveInput, Field, GenericParam, Member, Type, WherePredicate, parse_quote};

use crate::derive::input;
use crate::problem::{self, Problem};

/// How an enum can be a type of SQL.
const ENUM_HELP: &str = "\nhelp: say how its values stand in SQL by implementing `lakequery::Decode`, \
     `FromSql<sql_types::Varchar>` and `ToSql<sql_types::Varchar>`: the page of `Decode` has an \
     example; or derive `SqlType` on a newtype around the text";

/// The implementations of `Decode`, `FromSql` and `ToSql`, or the error.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    match input::read(input) {
        Ok(item) => implementations(&item).unwrap_or_else(|problem| problem::items(&[problem])),
        Err(errors) => errors,
    }
}

fn implementations(item: &DeriveInput) -> Result<TokenStream, Problem> {
    let Newtype { member, ty, markers } = newtype(item)?;
    // An inner type that has no place in SQL is an error where it is written.
    let Problem { start, end, .. } = problem::around(&ty);
    let open = quote_spanned!(start=> <);
    let decode = quote_spanned!(end=> as ::lakequery::__private::Decode>::decode);
    let from_sql = quote_spanned!(end=> : ::lakequery::__private::FromSql<__Kind>);
    let kind = Ident::new("__Kind", Span::call_site());
    let is_generic = input::is_generic(&ty, &item.generics);
    let mut tokens = implementation(
        item,
        quote!(::lakequery::__private::Decode),
        None,
        is_generic.then(|| parse_quote!(#ty: ::lakequery::__private::Decode)),
        quote! {
            fn decode(
                cell: ::lakequery::__private::Cell<'_>,
            ) -> ::core::result::Result<Self, ::lakequery::__private::DecodeError> {
                #open #ty #decode(cell).map(|value| Self {
                    #member: value,
                    #(#markers: ::core::marker::PhantomData,)*
                })
            }
        },
    );
    tokens.extend(implementation(
        item,
        quote!(::lakequery::__private::FromSql<__Kind>),
        Some(&kind),
        Some(parse_quote!(#ty #from_sql)),
        TokenStream::new(),
    ));
    tokens.extend(implementation(
        item,
        quote!(::lakequery::__private::ToSql<__Kind>),
        Some(&kind),
        Some(parse_quote!(#ty: ::lakequery::__private::ToSql<__Kind>)),
        quote! {
            fn to_sql(&self) -> ::lakequery::__private::Value {
                ::lakequery::__private::ToSql::<__Kind>::to_sql(&self.#member)
            }
        },
    ));
    Ok(tokens)
}

/// The implementation of a trait, with a type parameter and a condition of its own.
fn implementation(
    item: &DeriveInput,
    of: TokenStream,
    parameter: Option<&Ident>,
    condition: Option<WherePredicate>,
    body: TokenStream,
) -> TokenStream {
    let name = &item.ident;
    let (_, arguments, _) = item.generics.split_for_impl();
    let mut generics = item.generics.clone();
    generics.params.extend(parameter.cloned().map(|name| GenericParam::Type(name.into())));
    generics.make_where_clause().predicates.extend(condition);
    let (parameters, _, conditions) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #parameters #of for #name #arguments #conditions { #body }
    }
}

/// The fields of a newtype.
struct Newtype {
    /// The field that holds the value.
    member: Member,
    /// Its type.
    ty: TokenStream,
    /// The fields that hold nothing.
    markers: Vec<Member>,
}

fn newtype(item: &DeriveInput) -> Result<Newtype, Problem> {
    let fields = input::fields(item, "SqlType", ENUM_HELP)?;
    let (markers, values): (Vec<_>, Vec<_>) =
        fields.members().zip(fields).partition(|(_, field)| is_marker(&field.ty));
    match <[(Member, &Field); 1]>::try_from(values) {
        Ok([(member, field)]) => Ok(Newtype {
            member,
            ty: field.ty.to_token_stream(),
            markers: markers.into_iter().map(|(member, _)| member).collect(),
        }),
        Err(values) => {
            let mut message =
                "`SqlType` needs a struct with one field: `struct OrderKey(i64);`".to_owned();
            if values.iter().any(|(_, field)| field.ident.is_some()) {
                message += "\nhelp: a struct of several fields stands for a row: derive `SqlRow`";
            }
            Err(Problem::new(item.ident.span(), message))
        }
    }
}

/// Whether a type is `PhantomData`, by its name.
fn is_marker(ty: &Type) -> bool {
    let Type::Path(ty) = ty else { return false };
    ty.path.segments.last().is_some_and(|last| last.ident == "PhantomData")
}
