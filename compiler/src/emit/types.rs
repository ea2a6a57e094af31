//! The names of types.

use lakequery_types::{Field, Type};

use super::Dialect;

/// The name of a type as Trino writes it, in upper case.
pub(crate) fn spell_type(dialect: &Dialect, ty: &Type) -> Result<String, &'static str> {
    let spell = |ty: &Type| dialect.type_name(ty);
    Ok(match ty {
        Type::Array(element) => format!("ARRAY({})", spell(&element.ty)?),
        Type::Map(key, value) => format!("MAP({}, {})", spell(key)?, spell(&value.ty)?),
        Type::Row(fields) => {
            let field = |Field { name, ty, nullable: _ }: &Field| {
                Ok(match name {
                    Some(name) => format!("{} {}", dialect.field_ident(name), spell(ty)?),
                    None => spell(ty)?,
                })
            };
            let fields: Vec<String> = fields.iter().map(field).collect::<Result<_, _>>()?;
            format!("ROW({})", fields.join(", "))
        }
        scalar => scalar.to_string().to_uppercase(),
    })
}
