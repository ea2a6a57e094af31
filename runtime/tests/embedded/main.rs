//! The runtime with its embedded engine. One binary, because each costs a link
//! with all of DataFusion.

mod broken;
mod drift;
mod fetch;
mod files;
mod folder;
mod nested;
mod parameters;
mod raw;
mod reflect;
