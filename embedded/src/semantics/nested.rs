//! Arrays, maps and rows.
//!
//! Elements are compared in one of three ways, whatever their type: by their equality, which
//! a NULL leaves open (`equal`), by their order (`order`), and by what DISTINCT tells apart
//! (`identity`).

mod access;
mod compare;
mod construct;
mod entries;
mod equal;
mod identity;
mod maps;
mod order;
mod parts;
mod picked;
mod search;
mod sequence;
mod sets;
pub(super) mod shape;
mod sorted;
mod texts;
mod vectors;
mod zip;

pub(super) use access::{FIELD, SUBSCRIPT, field_function, field_values};
pub(super) use compare::{EQUAL, LESS, LESS_OR_EQUAL, SAME, ahead, functions as comparisons};
pub(super) use construct::ARRAY;
pub(super) use identity::{has_maps, identities, in_order};
pub(super) use maps::{EMPTY_MAP, Keys, Maps, groups};
pub(super) use order::{NaN, order};
pub(super) use parts::{concat, reverse};
pub(super) use picked::{Ends, Picked};

use super::function::Function;

/// The functions on arrays, maps and rows.
pub(super) fn functions() -> Vec<Function> {
    let families = [
        access::functions(),
        compare::functions(),
        construct::functions(),
        entries::functions(),
        maps::functions(),
        parts::functions(),
        search::functions(),
        sequence::functions(),
        sets::functions(),
        sorted::functions(),
        texts::functions(),
        vectors::functions(),
        zip::functions(),
    ];
    families.into_iter().flatten().collect()
}

/// Whether a function of this name can fail for what is in its arguments.
pub(super) fn may_fail(name: &str) -> bool {
    const CAN: &[&str] = &[
        SUBSCRIPT,
        LESS,
        LESS_OR_EQUAL,
        "array_max",
        "array_min",
        "array_position",
        "array_remove",
        "array_sort",
        "combinations",
        "contains",
        "cosine_distance",
        "cosine_similarity",
        "dot_product",
        "element_at",
        "euclidean_distance",
        "map",
        "map_from_entries",
        "multimap_from_entries",
        "ngrams",
        "regexp_extract_all",
        "repeat",
        "sequence",
        "slice",
        "split",
        "split_to_map",
        "split_to_multimap",
        "trim_array",
    ];
    CAN.contains(&name)
}
