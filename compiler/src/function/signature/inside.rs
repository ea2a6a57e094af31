//! Which of the values in a result's arrays and maps can be NULL.

use std::collections::HashSet;

use lakequery_types::Type;

use super::notation::{Inner, Signature, Term};
use crate::function::definition::Argument;

/// The result of a call of this signature, as far as NULLs in it go.
pub(super) fn nulls(signature: &Signature, args: &[Argument<'_>], mut result: Type) -> Type {
    let mut nullable = HashSet::new();
    for (term, arg) in signature.terms(args.len()).zip(args) {
        collect(term, arg.ty, arg.nullable, &mut nullable);
    }
    mark(&signature.result, &mut result, &nullable);
    result
}

/// Collects the type variables that stand for what can be NULL.
pub(super) fn collect(term: &Term, ty: &Type, nullable: bool, into: &mut HashSet<char>) {
    match (term, ty) {
        (Term::Variable(letter), _) if nullable => {
            into.insert(*letter);
        }
        (Term::Array(inner), Type::Array(element)) => {
            collect(&inner.term, &element.ty, element.nullable, into);
        }
        (Term::Map(key, inner), Type::Map(of_keys, value)) => {
            collect(key, of_keys, false, into);
            collect(&inner.term, &value.ty, value.nullable, into);
        }
        (Term::Row(members), Type::Row(fields)) => {
            for (member, field) in members.iter().zip(fields) {
                collect(&member.term, &field.ty, field.nullable, into);
            }
        }
        (Term::Lambda(_, result), _) => collect(result, ty, nullable, into),
        // Nothing is known of what is in it.
        (Term::Array(inner), _) => collect(&inner.term, &Type::Unknown, true, into),
        (Term::Map(key, inner), _) => {
            collect(key, &Type::Unknown, false, into);
            collect(&inner.term, &Type::Unknown, true, into);
        }
        _ => {}
    }
}

/// Marks what can't be NULL in a type that was made from `term`.
pub(super) fn mark(term: &Term, ty: &mut Type, nullable: &HashSet<char>) {
    let can_be_null = |inner: &Inner| match &inner.term {
        Term::Variable(letter) => inner.null || !inner.not_null && nullable.contains(letter),
        _ => !inner.not_null,
    };
    match (term, ty) {
        (Term::Array(inner), Type::Array(element)) => {
            element.nullable = can_be_null(inner);
            mark(&inner.term, &mut element.ty, nullable);
        }
        (Term::Map(key, inner), Type::Map(of_keys, value)) => {
            mark(key, of_keys, nullable);
            value.nullable = can_be_null(inner);
            mark(&inner.term, &mut value.ty, nullable);
        }
        (Term::Row(members), Type::Row(fields)) => {
            for (member, field) in members.iter().zip(fields) {
                field.nullable = can_be_null(member);
                mark(&member.term, &mut field.ty, nullable);
            }
        }
        _ => {}
    }
}
