//! The binary as people run it: its words, its exit codes, the files it writes.

#[path = "../../../tests/files/cases.rs"]
mod cases;

mod data;
mod folder;
mod made;
mod tables;
mod words;
