//! The method `dids_get`: its filters, its elements, its rows and its pages.
//!
//! Nothing here knows HTTP, and no SQL stands here.

pub mod cursor;
pub mod elements;
pub mod explain;
pub mod filters;
pub mod moment;
pub mod pages;
pub mod row;
pub mod search;
