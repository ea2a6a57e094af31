//! The functions of Dremio's own registry, for the tests that hold what is written against them.

use lakequery_types::Type;

/// A signature of `functions.tsv`.
pub(super) struct Signature {
    pub(super) name: &'static str,
    arguments: Vec<&'static str>,
    pub(super) result: &'static str,
}

/// All of them.
pub(super) fn signatures() -> Vec<Signature> {
    let lines = include_str!("functions.tsv").lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| match line.split('\t').collect::<Vec<_>>()[..] {
            [name, arguments, result, source] => {
                assert!(["registry", "extract", "spec", "calcite"].contains(&source), "{line}");
                let arguments = arguments.split(", ").filter(|kind| !kind.is_empty()).collect();
                Signature { name, arguments, result }
            }
            _ => panic!("not four fields: {line}"),
        })
        .collect()
}

impl Signature {
    /// Whether it takes arguments of these types; `None` where a type is not known.
    pub(super) fn takes(&self, types: &[Option<Type>]) -> bool {
        let last = self.arguments.last().copied().unwrap_or_default();
        let needed = self.arguments.iter().filter(|kind| !kind.ends_with(['?', '.'])).count();
        let most = if last.ends_with("...") { usize::MAX } else { self.arguments.len() };
        let kinds = self.arguments.iter().copied().chain(std::iter::repeat(last));
        (needed..=most).contains(&types.len())
            && kinds.zip(types).all(|(kind, ty)| {
                let kind = kind.trim_end_matches(['?', '.']);
                ty.as_ref().is_none_or(|ty| holds(kind, ty))
            })
    }
}

/// Whether values of a type are of a kind of Dremio's.
pub(super) fn holds(kind: &str, ty: &Type) -> bool {
    let (own, classes): (&str, &[&str]) = match ty {
        Type::Boolean => ("BOOLEAN", &["PRIMITIVE"]),
        Type::Integer => ("INT", &["NUMERIC"]),
        Type::BigInt => ("BIGINT", &["NUMERIC"]),
        Type::Real => ("FLOAT", &["NUMERIC"]),
        Type::Double => ("DOUBLE", &["NUMERIC"]),
        Type::Decimal { .. } => ("DECIMAL", &["NUMERIC"]),
        Type::Varchar(_) => ("CHARACTERS", &["STRING"]),
        Type::Varbinary => ("BYTES", &["STRING"]),
        Type::Date => ("DATE", &["DATEANDTIME"]),
        Type::Time(_) => ("TIME", &["DATEANDTIME"]),
        Type::Timestamp(_) => ("TIMESTAMP", &["DATEANDTIME"]),
        Type::Array(_) => ("ARRAY", &["SEMISTRUCTURED"]),
        Type::Map(..) => ("MAP", &["SEMISTRUCTURED"]),
        _ => ("", &[]),
    };
    kind == "ANY" || kind == own || classes.contains(&kind)
}
