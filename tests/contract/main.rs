//! The contract, rule by rule, asked over HTTP. A test of a numbered decision
//! begins with its number.

mod answers;
mod artefact;
mod as_sent;
mod beyond;
mod broken;
mod budget;
mod clients;
mod damage;
mod deploy;
mod documents;
mod faults;
mod filters;
mod formats;
mod gate;
mod hostile;
mod json;
mod keys;
mod limits;
mod logs;
mod misplaced;
mod misunderstood;
mod multipart;
mod odd;
mod openapi;
mod paging;
mod parameters;
mod paths;
mod requests;
mod restricted;
mod rotation;
mod rows;
mod secrets;
mod streaming;
mod tenants;
mod terms;
mod texts;
mod together;
mod trigram;
mod version;
mod view;
mod xml;

use dids_tests::{asking, town};
