//! `#[derive(SqlRow)]`: a struct that stands for a row, `row(name type, …)`, both in a column
//! and as a parameter.
//!
//! Of which rows it will be read is not known here: the implementations ask a row's type for
//! what the struct needs, field by field (see the runtime's `row`).

use std::collections::HashMap;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{DeriveInput, Fields, GenericParam, Type, WherePredicate, parse_quote};

use crate::code;
use crate::derive::input;
use crate::derive::settings::{self, Value};
use crate::expand::{column_names, identifier};
use crate::nested;
use crate::problem::{self, Problem};

const ENUM_HELP: &str = "\nhelp: a row has the same fields always; an enum can be one of them, if \
     it implements `lakequery::Decode`";

const NO_FIELDS: &str = "`SqlRow` needs a struct with named fields: one for each field of the row";

/// A field of the struct, and of the row.
struct Field {
    member: Ident,
    ty: Type,
    name: Value,
}

/// The implementations of `Decode`, `FromSql` and `ToSql`, or the errors.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let item = match input::read(input) {
        Ok(item) => item,
        Err(errors) => return errors,
    };
    match read(&item) {
        Ok(fields) => implementations(&item, &fields),
        Err(problems) => problem::items(&problems),
    }
}

fn read(item: &DeriveInput) -> Result<Vec<Field>, Vec<Problem>> {
    let fields = input::fields(item, "SqlRow", ENUM_HELP).map_err(|problem| vec![problem])?;
    let Fields::Named(fields) = fields else {
        return Err(vec![Problem::new(item.ident.span(), NO_FIELDS)]);
    };
    if fields.named.is_empty() {
        return Err(vec![Problem::new(item.ident.span(), NO_FIELDS)]);
    }
    let (mut read, mut problems) = (Vec::new(), Vec::new());
    let mut taken = HashMap::new();
    for field in &fields.named {
        let Some(member) = field.ident.clone() else { continue };
        let name = settings::value(&field.attrs, "field").unwrap_or_else(|found| {
            problems.extend(found);
            None
        });
        let name =
            name.unwrap_or_else(|| Value { text: member.unraw().to_string(), span: member.span() });
        if let Some(other) = taken.insert(name.text.to_lowercase(), member.clone()) {
            let message = format!("`{other}` is the field `{}` of the row already", name.text);
            problems.push(Problem::new(name.span, message));
        }
        read.push(Field { member, ty: field.ty.clone(), name });
    }
    if problems.is_empty() { Ok(read) } else { Err(problems) }
}

fn implementations(item: &DeriveInput, fields: &[Field]) -> TokenStream {
    let this = this(item);
    let row = Ident::new("__Row", Span::call_site());
    let shown: Vec<String> = fields.iter().map(shown).collect();
    let names: TokenStream =
        code::tokens(vec![column_names(shown.iter().map(String::as_str)).into()]);
    let decodable = || fields.iter().filter_map(|field| decodable(item, field));
    let reads = fields.iter().zip(&shown).map(|(field, shown)| {
        let (name, shown) = (name(field), shown_as(shown));
        let ty = &field.ty;
        // rustc shows where a condition stands that a row does not meet: at the field.
        let condition = quote_spanned!(field.member.span()=>
            : ::lakequery::__private::ReadField<#name, #shown, #ty>);
        parse_quote!(#row #condition)
    });
    let has = || {
        let has = fields.iter().zip(&shown).map(|(field, shown)| {
            let (name, shown) = (name(field), shown_as(shown));
            let condition = quote_spanned!(field.member.span()=>
                : ::lakequery::__private::HasField<#name, #shown>);
            parse_quote!(#row #condition)
        });
        let made = parse_quote!(#row: ::lakequery::__private::MadeFrom<#this>);
        has.chain([made]).collect::<Vec<WherePredicate>>()
    };
    let values = fields.iter().enumerate().map(|(place, Field { member, ty, name })| {
        let name = &name.text;
        // What can't be read from SQL is an error where it is written.
        let Problem { start, end, .. } = problem::around(&quote!(#ty));
        let open = quote_spanned!(start=> <);
        let decode = quote_spanned!(end=> as ::lakequery::__private::Decode>::decode);
        quote!(#member: row.field::<Self, _>(#place, #name, |cell| #open #ty #decode(cell))?)
    });
    let mut tokens = names;
    tokens.extend(implementation(
        item,
        quote!(::lakequery::__private::Decode),
        &this,
        None,
        decodable(),
        quote! {
            fn decode(
                cell: ::lakequery::__private::Cell<'_>,
            ) -> ::core::result::Result<Self, ::lakequery::__private::DecodeError> {
                let row = ::lakequery::__private::RowCell::of::<Self>(cell)?;
                ::core::result::Result::Ok(Self { #(#values,)* })
            }
        },
    ));
    tokens.extend(implementation(
        item,
        quote!(::lakequery::__private::FromSql<::lakequery::__private::sql_types::Row<#row>>),
        &this,
        Some(&row),
        decodable().chain(reads),
        TokenStream::new(),
    ));
    let kind = quote!(::lakequery::__private::sql_types::Row<#row>);
    for kind in [quote!(::lakequery::__private::sql_types::Nullable<#kind>), kind] {
        tokens.extend(implementation(
            item,
            quote!(::lakequery::__private::ToSql<#kind>),
            &this,
            Some(&row),
            has().into_iter(),
            quote! {
                fn to_sql(&self) -> ::lakequery::__private::Value {
                    <#row as ::lakequery::__private::MadeFrom<Self>>::row(self)
                }
            },
        ));
    }
    for field in fields {
        let (name, Field { member, ty, .. }) = (name(field), field);
        tokens.extend(implementation(
            item,
            quote!(::lakequery::__private::GivenBy<#this>),
            &name,
            None,
            std::iter::empty(),
            quote! {
                type Type = #ty;
                fn given_by<'__value>(value: &'__value #this) -> &'__value #ty {
                    &value.#member
                }
            },
        ));
    }
    quote!(const _: () = { #tokens };)
}

/// The type of a field's name.
fn name(field: &Field) -> TokenStream {
    code::tokens(vec![nested::hash(&field.name.text).into()])
}

/// What rustc shows as the name of a field: its own or, where that can't be a name in Rust,
/// that of the struct's field.
fn shown(Field { member, name, .. }: &Field) -> String {
    identifier(&name.text, Span::call_site()).unwrap_or_else(|| member.clone()).to_string()
}

/// The type of that name.
fn shown_as(shown: &str) -> TokenStream {
    code::tokens(vec![format!("__column::{shown}").into()])
}

/// That a field can be read, where rustc learns it only where the struct is used.
fn decodable(item: &DeriveInput, field: &Field) -> Option<WherePredicate> {
    let ty = &field.ty;
    let depends = input::is_generic(&quote!(#ty), &item.generics)
        || item.generics.lifetimes().next().is_some();
    depends.then(|| parse_quote!(#ty: ::lakequery::__private::Decode))
}

/// The struct with its parameters.
fn this(item: &DeriveInput) -> TokenStream {
    let name = &item.ident;
    let (_, arguments, _) = item.generics.split_for_impl();
    quote!(#name #arguments)
}

/// The implementation of a trait for a type, with a type parameter and conditions of its own.
fn implementation(
    item: &DeriveInput,
    of: TokenStream,
    this: &TokenStream,
    parameter: Option<&Ident>,
    conditions: impl Iterator<Item = WherePredicate>,
    body: TokenStream,
) -> TokenStream {
    let mut generics = item.generics.clone();
    generics.params.extend(parameter.map(|name| GenericParam::Type(name.clone().into())));
    generics.make_where_clause().predicates.extend(conditions);
    let (parameters, _, conditions) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #parameters #of for #this #conditions { #body }
    }
}
