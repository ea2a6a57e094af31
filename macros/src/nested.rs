//! What an expansion declares of nested types: a trait for each place where a value of one
//! stands, a column, a parameter or a field of a row, and a type for each row whose fields
//! have names.
//!
//! rustc holds a Rust type against a nested one part by part, and a struct that derives
//! `SqlRow` against a row through the traits of the runtime's `row`. What it says where they
//! do not fit is worded here, where the place and the names are known.

use std::collections::HashSet;

use lakequery_types::{Field, Item, Type};

use crate::code::string;
use crate::kinds::{Way, kind, kind_inside, nullable_kind, rust, without_paths};

/// What one expansion declares.
#[derive(Debug, Default)]
pub(crate) struct Nested {
    /// What each row is, and which way it goes; its number is its place.
    rows: Vec<(Way, String)>,
    /// How many columns and parameters there are.
    places: usize,
    items: String,
}

impl Nested {
    /// The items that are declared.
    pub(crate) fn into_items(self) -> String {
        self.items
    }

    /// The trait of the Rust types that a column of a nested type can be read into.
    ///
    /// # Errors
    ///
    /// One sentence where Rust has nothing for the type.
    pub(crate) fn column(
        &mut self,
        name: &str,
        ty: &Type,
        nullable: bool,
    ) -> Result<String, String> {
        let kind = or_null(kind(ty, Way::Read, self)?, nullable);
        let place = self.place();
        let message = format!("the column `{}` can't be read into a Rust `{{Self}}`", text(name));
        self.items += &worded(&message, &expected(ty, nullable, Way::Read));
        self.items += &format!(
            "pub trait {place}: ::core::marker::Sized {{ \
             fn read(row: &::lakequery::__private::Row<'_>, index: ::core::primitive::usize) \
             -> ::lakequery::__private::Result<Self>; }} \
             {}impl<T: ::lakequery::__private::FromSql<{kind}>> {place} for T {{ \
             fn read(row: &::lakequery::__private::Row<'_>, index: ::core::primitive::usize) \
             -> ::lakequery::__private::Result<T> {{ row.read(index) }} }} ",
            whole(ty)
        );
        Ok(place)
    }

    /// The trait of the Rust types that may be a parameter of a nested type.
    ///
    /// # Errors
    ///
    /// One sentence where Rust has nothing for the type.
    pub(crate) fn parameter(&mut self, ty: &Type, nullable: bool) -> Result<String, String> {
        let kind = or_null(kind(ty, Way::Given, self)?, nullable);
        let place = self.place();
        let label = expected(ty, nullable, Way::Given);
        self.items += &worded("a Rust `{Self}` can't be this parameter", &label);
        self.items += &given_place(&place, whole(ty), &kind);
        Ok(place)
    }

    fn place(&mut self) -> String {
        self.places += 1;
        format!("__place{}", self.places)
    }

    /// What a row's kind has for its fields: the tuple of their kinds or, where all have
    /// names of their own, a type that knows them.
    ///
    /// # Errors
    ///
    /// One sentence where Rust has nothing for the type of a field.
    pub(crate) fn row(&mut self, fields: &[Field], way: Way) -> Result<String, String> {
        let kinds = fields
            .iter()
            .map(|Field { name: _, ty, nullable }| {
                kind_inside(&Item { ty: ty.clone(), nullable: *nullable }, way, self)
            })
            .collect::<Result<Vec<_>, _>>()?;
        let tuple = format!("({},)", kinds.join(", "));
        let Some(names) = names(fields) else { return Ok(tuple) };
        let row = (way, Type::Row(fields.to_vec()).to_string());
        let known = self.rows.iter().position(|known| *known == row);
        let number = known.unwrap_or(self.rows.len());
        let name = match way {
            Way::Read => format!("__row{number}"),
            Way::Given => format!("__given{number}"),
        };
        if known.is_none() {
            self.rows.push(row);
            self.items += &format!(
                "pub enum {name} {{}} \
                 impl ::lakequery::__private::RowFields<{}> for {name} {{ type Kinds = {tuple}; }} ",
                fields.len()
            );
            let declare = match way {
                Way::Read => read,
                Way::Given => given,
            };
            self.items += &declare(&name, &names, fields, &kinds);
        }
        Ok(name)
    }
}

fn or_null(kind: String, nullable: bool) -> String {
    if nullable { nullable_kind(&kind) } else { kind }
}

/// The names of all fields, if each has one that no other has.
fn names(fields: &[Field]) -> Option<Vec<&str>> {
    let mut seen = HashSet::new();
    let name = |field: &'_ Field| field.name.as_ref().map(|name| name.to_lowercase());
    let differ = fields.iter().all(|field| name(field).is_some_and(|name| seen.insert(name)));
    differ.then(|| fields.iter().filter_map(|field| field.name.as_deref()).collect())
}

/// A field's name as the runtime knows it: the FNV-1a hash of the name in lower case.
pub(crate) fn hash(name: &str) -> String {
    let hash = name.to_lowercase().bytes().fold(
        0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128,
        |hash, byte| {
            (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
        },
    );
    format!("::lakequery::__private::Name<{hash}>")
}

/// An attribute that words what rustc says of a trait.
fn worded(message: &str, label: &str) -> String {
    format!(
        "#[diagnostic::on_unimplemented(message = {}, label = {})] ",
        string(message),
        string(label)
    )
}

/// A text from outside in such a message.
fn text(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

fn no_field(names: &[&str]) -> String {
    /// More than these are not listed.
    const MOST: usize = 30;
    let shown: Vec<String> = names.iter().take(MOST).map(|name| format!("`{name}`")).collect();
    let more = match names.len().saturating_sub(MOST) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    worded(
        "the row has no field `{S}`",
        &text(&format!("the fields of the row are {}{more}", shown.join(", "))),
    )
}

/// What the Rust type is to be where a value of the type stands.
fn expected(ty: &Type, nullable: bool, way: Way) -> String {
    let is = match nullable {
        true => format!("it is `{ty}` and can be NULL"),
        false => format!("it is `{ty}` and never NULL"),
    };
    let expected = rust(ty, false).map(|code| {
        let plain = without_paths(&code);
        let or_struct = match has_row(ty) {
            true => ", or a struct that derives `lakequery::SqlRow` in place of a tuple",
            false => "",
        };
        match (way, nullable) {
            (_, false) => format!("expected `{plain}`{or_struct}"),
            (Way::Read, true) => format!("expected `Option<{plain}>`{or_struct}"),
            (Way::Given, true) => format!("expected `{plain}` or an `Option` of it{or_struct}"),
        }
    });
    text(&format!("{is}: {}", expected.unwrap_or_else(|reason| reason)))
}

fn has_row(ty: &Type) -> bool {
    match ty {
        Type::Array(element) => has_row(&element.ty),
        Type::Map(key, value) => has_row(key) || has_row(&value.ty),
        ty => matches!(ty, Type::Row(_)),
    }
}

/// A trait of the Rust types that can give a value of a kind.
fn given_place(place: &str, attribute: &str, kind: &str) -> String {
    format!(
        "pub trait {place} {{ fn to_sql(&self) -> ::lakequery::__private::Value; }} \
         {attribute}impl<T: ::lakequery::__private::ToSql<{kind}> + ?::core::marker::Sized> \
         {place} for T {{ fn to_sql(&self) -> ::lakequery::__private::Value {{ \
         ::lakequery::__private::ToSql::<{kind}>::to_sql(self) }} }} "
    )
}

/// What makes rustc report a place as a whole. Where there is a row, it reports the innermost
/// part that does not fit: a field of a struct.
fn whole(ty: &Type) -> &'static str {
    if has_row(ty) { "" } else { "#[diagnostic::do_not_recommend] " }
}

/// A row that is read: a trait of the names that it has, and a trait for each field of the
/// Rust types that it can be read into.
fn read(row: &str, names: &[&str], fields: &[Field], kinds: &[String]) -> String {
    let mut code = no_field(names);
    code += &format!(
        "pub trait {row}_has<S, T> {{}} \
         impl<N: {row}_has<S, T>, S, T> ::lakequery::__private::ReadField<N, S, T> for {row} {{}} "
    );
    for (i, ((name, field), kind)) in names.iter().zip(fields).zip(kinds).enumerate() {
        let kind = or_null(kind.clone(), field.nullable);
        let message =
            format!("the field `{}` of the row can't be read into a Rust `{{Self}}`", text(name));
        code += &worded(&message, &expected(&field.ty, field.nullable, Way::Read));
        code += &format!(
            "pub trait {row}_{i} {{}} \
             {}impl<T: ::lakequery::__private::FromSql<{kind}>> {row}_{i} for T {{}} \
             impl<S, T: {row}_{i}> {row}_has<S, T> for {} {{}} ",
            whole(&field.ty),
            hash(name),
        );
    }
    code
}

/// A row that is given: a trait of the names that it has, a trait for each field of the Rust
/// types that can give it, and how the row is made from a struct that has them all.
fn given(row: &str, names: &[&str], fields: &[Field], kinds: &[String]) -> String {
    let mut code = no_field(names);
    code += &format!(
        "pub trait {row}_has<S> {{}} \
         impl<N: {row}_has<S>, S> ::lakequery::__private::HasField<N, S> for {row} {{}} "
    );
    let (mut conditions, mut values) = (String::new(), String::new());
    for (i, ((name, field), kind)) in names.iter().zip(fields).zip(kinds).enumerate() {
        let (hash, name) = (hash(name), text(name));
        let message = format!("the field `{name}` of the row can't be a Rust `{{Self}}`");
        code += &worded(&message, &expected(&field.ty, field.nullable, Way::Given));
        code += &given_place(&format!("{row}_{i}"), whole(&field.ty), kind);
        code += &worded(
            &format!("the struct `{{T}}` has no field `{name}`"),
            &format!("the row that it stands for has a field `{name}`: `{}`", text(&ty(field))),
        );
        code += &format!(
            "pub trait {row}_gives{i}<T> {{ type Type; fn given_by(value: &T) -> &Self::Type; }} \
             #[diagnostic::do_not_recommend] \
             impl<T> {row}_gives{i}<T> for {hash} \
             where {hash}: ::lakequery::__private::GivenBy<T> {{ \
             type Type = <{hash} as ::lakequery::__private::GivenBy<T>>::Type; \
             fn given_by(value: &T) -> &Self::Type {{ \
             <{hash} as ::lakequery::__private::GivenBy<T>>::given_by(value) }} }} \
             impl<S> {row}_has<S> for {hash} {{}} "
        );
        let given = format!("<{hash} as {row}_gives{i}<T>>");
        conditions += &format!("{hash}: {row}_gives{i}<T>, {given}::Type: {row}_{i}, ");
        values += &format!("{row}_{i}::to_sql({given}::given_by(value)), ");
    }
    code += &format!(
        "impl<T> ::lakequery::__private::MadeFrom<T> for {row} where {conditions} {{ \
         fn row(value: &T) -> ::lakequery::__private::Value {{ \
         ::lakequery::__private::Value::Row(::std::vec::Vec::from([{values}])) }} }} "
    );
    code
}

fn ty(Field { name: _, ty, nullable }: &Field) -> String {
    format!("{ty}{}", if *nullable { "" } else { " not null" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_declared_once_for_each_way() {
        let row = |text: &str| match Type::parse(text).unwrap() {
            Type::Row(fields) => fields,
            ty => panic!("{ty}"),
        };
        let spot = row("row(\"x\" double, \"y\" double not null)");
        let mut rows = Nested::default();
        for (fields, way, name) in [
            (&spot, Way::Read, "__row0"),
            (&spot, Way::Given, "__given1"),
            (&spot, Way::Read, "__row0"),
            // Whether a field can be NULL makes another row.
            (&row("row(\"x\" double, \"y\" double)"), Way::Read, "__row2"),
            // The inner one is declared first.
            (&row("row(\"a\" row(\"b\" date))"), Way::Read, "__row4"),
        ] {
            assert_eq!(rows.row(fields, way).as_deref(), Ok(name));
        }
        for unnamed in ["row(double, double)", "row(\"x\" double, \"X\" double)"] {
            let found = rows.row(&row(unnamed), Way::Read).unwrap();
            assert_eq!(without_paths(&found), "(Double, Double)", "{unnamed}");
        }
        assert_eq!(rows.into_items().matches("pub enum __row").count(), 4);
    }

    #[test]
    fn names_are_equal_in_any_case() {
        assert_eq!(hash("Lat"), hash("lat"));
        // The sign of Kelvin is a `k`.
        assert_eq!(hash("\u{212a}m"), hash("km"));
        assert_ne!(hash("lat"), hash("lon"));
    }
}
