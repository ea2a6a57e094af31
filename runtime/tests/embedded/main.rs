//! The runtime with its embedded engine. One binary, because each costs a link
//! with all of DataFusion.

#[path = "../../../tests/files/cases.rs"]
mod cases;

mod broken;
mod capitals;
mod drift;
mod fetch;
mod files;
mod floats;
mod folder;
mod footers;
mod logic;
mod made;
mod memory;
mod moments;
mod nested;
mod parameters;
mod raw;
mod reflect;
