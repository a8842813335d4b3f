//! Replays a recording: builds images of the disk and lets SQLite recover each.

use std::collections::HashSet;
use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};

use super::image::{Disk, Files, Loss};
use super::recording::Recording;
use crate::support::chance::Chance;

#[derive(Debug, Default, PartialEq)]
pub struct Verdict {
    pub images: usize,
    /// Images that recovered without a message whose acknowledgement had left.
    pub lost: usize,
    /// Images that SQLite could not recover.
    pub corrupt: usize,
}

/// Cuts the power at `points` moments after the first acknowledgement: half of them right after one has left, when
/// nothing may be missing any more, the others anywhere. Each gives two images.
pub async fn judge(recording: &Recording, database: &str, points: usize, seed: u64) -> Verdict {
    let mut chance = Chance::seeded(seed);
    let (Some(first), Some(last)) = (recording.acks.first(), recording.steps.last()) else {
        panic!("nothing was acknowledged in this recording");
    };
    let mut moments: Vec<usize> = (0..points)
        .map(|number| match number % 2 {
            0 => recording.acks[chance.below(recording.acks.len())].0,
            _ => first.0 + chance.below(last.ended - first.0 + 1),
        })
        .collect();
    moments.sort_unstable();

    let mut disk = Disk::new(recording.before.clone(), &recording.steps);
    let mut verdict = Verdict::default();
    for moment in moments {
        let acked = recording.acks.iter().take_while(|(at, _)| *at <= moment).map(|(_, id)| id.as_str());
        let acked: HashSet<&str> = acked.collect();
        for loss in [Loss::Writes, Loss::Sectors] {
            let files = disk.image(moment, loss, &mut chance);
            // A folder each: a connection that could not open its image may still be clearing up.
            let folder = tempfile::tempdir().expect("a folder for the image");
            lay_out(folder.path(), &files);
            verdict.images += 1;
            match recover(&folder.path().join(database)).await {
                Ok(found) => verdict.lost += usize::from(!acked.iter().all(|id| found.contains(*id))),
                Err(_) => verdict.corrupt += 1,
            }
        }
    }
    eprintln!("power cut: {verdict:?} of {} acknowledged", recording.acks.len());
    verdict
}

fn lay_out(folder: &Path, files: &Files) {
    for (name, bytes) in files {
        // The index of the write-ahead log lives in memory and is lost with it.
        if !name.ends_with("-shm") {
            std::fs::write(folder.join(name), bytes).expect("an image can be written");
        }
    }
}

/// The clients' ids that are there after recovery.
async fn recover(database: &Path) -> Result<HashSet<String>, sqlx::Error> {
    let options = SqliteConnectOptions::new().filename(database).synchronous(SqliteSynchronous::Off);
    let mut conn = options.disable_statement_logging().connect().await?;
    let state: String = sqlx::query_scalar("pragma integrity_check").fetch_one(&mut conn).await?;
    if state != "ok" {
        return Err(sqlx::Error::Protocol(state));
    }
    let ids: Vec<String> =
        sqlx::query_scalar("select client_id from event where client_id is not null").fetch_all(&mut conn).await?;
    conn.close().await?;
    Ok(ids.into_iter().collect())
}
