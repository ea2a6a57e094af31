//! The arithmetic operators, and what each is called.

/// An arithmetic operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
}

impl Op {
    /// The function that stands for the operator in plans.
    pub(super) const fn function(self) -> &'static str {
        match self {
            Op::Add => "lake_add",
            Op::Subtract => "lake_subtract",
            Op::Multiply => "lake_multiply",
            Op::Divide => "lake_divide",
            Op::Modulo => "lake_modulo",
        }
    }

    /// What it does, in a word for messages.
    pub(super) const fn noun(self) -> &'static str {
        match self {
            Op::Add => "addition",
            Op::Subtract => "subtraction",
            Op::Multiply => "multiplication",
            Op::Divide => "division",
            Op::Modulo => "modulus",
        }
    }

    /// The operator as written.
    pub(super) const fn symbol(self) -> &'static str {
        match self {
            Op::Add => "+",
            Op::Subtract => "-",
            Op::Multiply => "*",
            Op::Divide => "/",
            Op::Modulo => "%",
        }
    }
}
