//! The kinds of change that queries get, one a function.

mod aliases;
mod clauses;
mod expressions;
mod functions;
mod joins;
mod literals;
mod names;
mod nesting;
mod signs;
mod windows;

use super::Draft;

/// A change: `None` where nothing of the query fits it.
type Change = fn(&mut Draft<'_>) -> Option<()>;

/// All kinds, with what they do.
pub(super) const ALL: &[(&str, Change)] = &[
    ("a literal is another", literals::swapped),
    ("a literal is dropped", literals::dropped),
    ("a literal is a column", literals::column),
    ("a literal is a parameter", literals::parameter),
    ("a literal has a sign", literals::negated),
    ("a column is another", names::swapped),
    ("a name is misspelled", names::misspelled),
    ("a name is quoted", names::quoted),
    ("a name is qualified", names::qualified),
    ("a name is robbed of its qualifier", names::unqualified),
    ("a column is a literal", names::literal),
    ("a function is another", functions::swapped),
    ("a function is called", functions::called),
    ("a function is misspelled", functions::misspelled),
    ("an argument is dropped", functions::argument_dropped),
    ("an argument is doubled", functions::argument_doubled),
    ("arguments are swapped", functions::arguments_swapped),
    ("arguments are distinct", functions::distinct),
    ("arguments are ordered", functions::ordered),
    ("a call is filtered", functions::filtered),
    ("an operand is cast", expressions::cast),
    ("a type is another", expressions::type_swapped),
    ("an operator is another", expressions::operator_swapped),
    ("an operand has an operator", expressions::operated),
    ("an operand is compared", expressions::compared),
    ("an operand is in CASE", expressions::case),
    ("an operand is another", expressions::swapped),
    ("a condition is negated", expressions::negated),
    ("a clause is dropped", clauses::dropped),
    ("a condition is added", clauses::condition),
    ("groups are added", clauses::groups),
    ("an order is added", clauses::order),
    ("a limit is added", clauses::limit),
    ("a condition on groups is added", clauses::having),
    ("DISTINCT is added", clauses::distinct),
    ("an ordinal is another", clauses::ordinal),
    ("an order is another", clauses::direction),
    ("a set operation is added", clauses::set_operation),
    ("the query is a subquery", nesting::whole),
    ("a table is a subquery", nesting::table),
    ("an operand is a subquery", nesting::operand),
    ("a subquery is compared", nesting::compared),
    ("a table is another", joins::table_swapped),
    ("a join is another", joins::swapped),
    ("a join is added", joins::added),
    ("arrays are unnested", joins::unnested),
    ("a condition of a join is USING", joins::using),
    ("an output is given an alias", aliases::given),
    ("an output has the name of a column", aliases::taken),
    ("an alias is dropped", aliases::dropped),
    ("a table is given an alias", aliases::table_given),
    ("a table's columns are named", aliases::table_columns),
    ("an output is added", aliases::output),
    ("an operand is a window", windows::over),
    ("a window is another", windows::swapped),
    ("a word is dropped", signs::dropped),
    ("a word is doubled", signs::doubled),
    ("words are swapped", signs::swapped),
    ("parentheses are added", signs::parenthesized),
];
