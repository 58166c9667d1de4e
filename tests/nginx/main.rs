//! The component behind nginx, by the files in `deploy/nginx/` as they are but for
//! addresses, ports and paths: who answers which call, what is compressed, that an
//! aborted list is seen as aborted, what is limited, and what is logged.
//!
//! The component runs on the local host; where a test is about nginx alone, an
//! upstream that tells what it was asked takes its place.

mod containers;
mod limits;
mod logs;
mod routing;
mod streaming;

use dids_tests::{asking, proxy, town};
