//! The application's variables, as the settings give them.

use crate::bindings::fermyon::spin::variables::{Error, Host};
use crate::guest::Guest;

impl Host for Guest {
    async fn get(&mut self, name: String) -> Result<String, Error> {
        match self.server.variables.get(&name) {
            Some(value) => Ok(value.clone()),
            None => Err(Error::Undefined(name)),
        }
    }
}
