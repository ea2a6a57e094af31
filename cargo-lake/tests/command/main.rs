//! The binary as people run it: its words, its exit codes, the files it writes.

mod data;
mod folder;
mod words;
