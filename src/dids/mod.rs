//! The method `dids_get`: its filters, its elements, its rows and its pages.
//!
//! Nothing here knows HTTP, and no SQL stands here.

pub mod fields;
pub mod pages;
pub mod row;
pub mod search;
