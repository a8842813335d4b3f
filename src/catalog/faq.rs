//! A question and its answer as a store imports it.

use serde::{Deserialize, Serialize};

use super::imports::{Column, Fields, Row};

/// A row of the import `faq`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Faq {
    /// May hold several questions, each with its question mark.
    pub question: String,
    pub answer: String,
    /// The kind of goods it is about; `None` for all.
    pub category: Option<String>,
    /// Other words under which buyers ask for this.
    pub tags: Vec<String>,
}

impl Row for Faq {
    const COLUMNS: &'static [Column] = &[
        Column::required("question"),
        Column::required("answer"),
        Column::optional("category"),
        Column::optional("tags"),
    ];
    const KEY: &'static str = "question";

    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let question = fields.text("question", 500);
        let answer = fields.text("answer", 4_000);
        let category = fields.optional_text("category", 64);
        let tags = fields.list("tags", 32, 64);
        Some(Self { question: question?, answer: answer?, category: category?, tags: tags? })
    }

    fn key(&self) -> &str {
        &self.question
    }
}
