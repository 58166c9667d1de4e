//! The contract, rule by rule, asked over HTTP. A test of a numbered decision
//! begins with its number.

mod answers;
mod artefact;
mod asking;
mod broken;
mod budget;
mod clients;
mod damage;
mod deploy;
mod faults;
mod filters;
mod gate;
mod hostile;
mod json;
mod keys;
mod limits;
mod logs;
mod needles;
mod odd;
mod openapi;
mod paging;
mod parameters;
mod paths;
mod requests;
mod restricted;
mod rows;
mod secrets;
mod streaming;
mod tenants;
mod texts;
mod together;
mod town;
mod trigram;
mod version;
mod view;
mod xml;
