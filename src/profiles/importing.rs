//! The import kind `buyers`: profiles with the consents under which they may be kept.

use serde_json::{Map, Value};

use super::record::{Record, put};
use crate::catalog::imports::{Column, Fields, Reading, Row, read};
use crate::catalog::storing::{self, File, Kind, Mode};
use crate::clock::Millis;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::StoreId;
use crate::protocol::rest::Imported;

/// How long a buyer's id may be, as a signed identity's.
const MAX_ID: usize = 64;

impl Row for Record {
    const COLUMNS: &'static [Column] = &[
        Column::required("buyer"),
        Column::optional("name"),
        Column::optional("vip_level"),
        Column::optional("consents"),
        Column::optional("people"),
        Column::optional("babies"),
        Column::optional("skin"),
    ];
    const KEY: &'static str = "buyer";

    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let buyer = fields.text("buyer", MAX_ID)?;
        let mut object = Map::new();
        for column in Self::COLUMNS.iter().skip(1) {
            let value = fields.json(column.name)?;
            if !value.is_null() {
                object.insert(column.name.into(), value);
            }
        }
        let mut record = match serde_json::from_value::<Self>(Value::Object(object)) {
            Ok(record) => record,
            Err(error) => return fields.refuse("buyer", &format!("the record is not as it should be: {error}")),
        };
        record.buyer = buyer;
        let wrong = record.check();
        if wrong.is_empty() {
            return Some(record);
        }
        for (field, why) in wrong {
            fields.refuse::<()>(field, &why);
        }
        None
    }

    fn key(&self) -> &str {
        &self.buyer
    }
}

/// Reads a file of any kind and stores it, as [`storing::import`] does; buyers go to their profiles.
pub async fn import(
    db: &Db,
    store: &StoreId,
    kind: Kind,
    file: File,
    mode: Mode,
    now: Millis,
    progress: impl Fn(usize, usize) + Send + 'static,
) -> Result<Imported> {
    if kind != Kind::Buyers {
        return storing::import(db, store, kind, file, mode, progress).await;
    }
    let Reading { rows, errors, rejected } =
        tokio::task::spawn_blocking(move || read::<Record>(&file.name, &file.bytes))
            .await
            .map_err(|e| Error::Internal(e.into()))?;
    let rejected = rejected.max(u64::from(!errors.is_empty()));
    let report = Imported { accepted: rows.len() as u64, rejected, errors };
    if mode == Mode::DryRun || mode == Mode::Whole && rejected > 0 {
        return Ok(report);
    }
    let store = store.clone();
    db.write(move |conn| {
        Box::pin(async move {
            for (n, (_, record)) in rows.iter().enumerate() {
                put(conn, &store, record, now).await?;
                progress(n + 1, rows.len());
            }
            Ok(())
        })
    })
    .await?;
    Ok(report)
}
