//! A garment with what was learned of it, made ready once and asked many times.

use super::advice::{Constants, Fitting};
use super::garment::Garment;
use crate::policy::Fit;

#[derive(Debug, Clone)]
pub struct Fitted {
    pub garment: Garment,
    /// `None` where nothing can be compared.
    pub fitting: Option<Fitting>,
}

impl Fitted {
    pub fn new(garment: Garment, policy: &Fit, constants: Constants) -> Self {
        let fitting = Fitting::new(&garment, policy, constants);
        Self { garment, fitting }
    }

    /// A garment of which the store has neither chart nor record.
    pub fn unknown(sku: &str, name: &str) -> Self {
        let garment = Garment::new(sku, name, &serde_json::Map::new(), Vec::new(), Vec::new());
        Self { garment, fitting: None }
    }
}
