//! The method `dids_get`: its parameters, its filters, its elements, its rows and its
//! pages.
//!
//! Nothing here knows HTTP, and no SQL stands here.

pub mod cursor;
pub mod elements;
pub mod explain;
pub mod filters;
pub mod moment;
pub mod names;
pub mod pages;
pub mod parameters;
pub mod row;
pub mod search;
