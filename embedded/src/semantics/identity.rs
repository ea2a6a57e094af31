//! What DataFusion asks of every function beside what it does: whether it is another one.

/// Implements `Debug`, `PartialEq`, `Eq` and `Hash` for a function by its `name`: a session
/// has one function of a name, so the name is the identity.
macro_rules! identified_by_name {
    ($function:ident) => {
        impl ::std::fmt::Debug for $function {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                write!(f, concat!(stringify!($function), "({})"), self.name)
            }
        }

        impl PartialEq for $function {
            fn eq(&self, other: &Self) -> bool {
                self.name == other.name
            }
        }

        impl Eq for $function {}

        impl ::std::hash::Hash for $function {
            fn hash<H: ::std::hash::Hasher>(&self, state: &mut H) {
                self.name.hash(state);
            }
        }
    };
}

pub(super) use identified_by_name;
