//! The pages for people, in a browser: they are looked at by scripts that know
//! what the browser made of them, on screens of three widths, light and dark.
//!
//! Pictures of them are left in `target/screenshots`.

mod chromium;
mod filled;
mod form;
mod measure;
mod playground;
mod view;

use dids_tests::{asking, town};
