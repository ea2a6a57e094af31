//! What differs per engine: one file each, with the name it has in the runtime.
