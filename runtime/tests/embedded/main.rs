//! The runtime with its embedded engine. One binary, because each costs a link
//! with all of DataFusion.

#[path = "../../../tests/files/cases.rs"]
mod cases;

mod broken;
mod drift;
mod fetch;
mod files;
mod folder;
mod made;
mod nested;
mod parameters;
mod raw;
mod reflect;
