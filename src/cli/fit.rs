//! `xiaoer fit`.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use flate2::bufread::GzDecoder;
use indicatif::{ProgressBar, ProgressStyle};

use super::Refused;
use crate::experts::fit::verdict::worn::{Bin, SizeChooser};
use crate::experts::fit::verdict::{Model, TryOn, Verdict, measures, try_on};

/// Measure the size expert
#[derive(Subcommand)]
pub(super) enum FitCommand {
    Evaluate(Evaluate),
}

/// Learn verdicts from one table and foretell those of another
///
/// Both tables are CSV (also .gz) with the columns row_id, user, garment, category, rented_for, size_code, size_base,
/// size_length, height_cm, weight_kg, age, bust_band_in, cup, bust_cm_est, body_type, fit. Where the second one has the
/// verdicts too, measures are printed.
#[derive(Args)]
pub(super) struct Evaluate {
    /// Try-ons to learn from, each with its verdict (small, fit, large)
    #[arg(long, value_name = "A.csv")]
    train: PathBuf,
    /// Try-ons whose verdict is to be foretold
    #[arg(long, value_name = "B.csv")]
    test: PathBuf,
    /// Where row_id,p_small,p_fit,p_large of each row of the second are written
    #[arg(long, value_name = "P.csv")]
    out: PathBuf,
    /// Also write the size_base that would be advised to each row: row_id,size,confidence
    #[arg(long, value_name = "S.csv")]
    advice: Option<PathBuf>,
}

impl FitCommand {
    pub(super) fn run(self) -> Result<(), Refused> {
        match self {
            Self::Evaluate(evaluate) => evaluate.run(),
        }
    }
}

impl Evaluate {
    fn run(self) -> Result<(), Refused> {
        let train = read(&self.train, true)?;
        let test = read(&self.test, false)?;
        let mut said: Vec<&TryOn> = train.iter().collect();
        said.sort_by(|a, b| a.id.cmp(&b.id));
        let both = test.iter().find(|row| said.binary_search_by(|known| known.id.cmp(&row.id)).is_ok());
        if let Some(row) = both {
            let (test, train) = (self.test.display(), self.train.display());
            return Err(format!("{test} row_id: {} stands in {train} too, with its verdict", row.id).into());
        }
        let bar = bar("{msg:12} {bar:40} {pos}/{len} {eta}");
        let model = Model::learn(&train, &mut |step, done, all| {
            bar.set_message(step);
            bar.set_length(all as u64);
            bar.set_position(done as u64);
        });
        bar.set_message("foretelling");
        bar.set_length(test.len() as u64);
        let foretold: Vec<[f32; 3]> = test
            .iter()
            .enumerate()
            .map(|(at, row)| {
                if at % 1_000 == 0 {
                    bar.set_position(at as u64);
                }
                model.foretell(row)
            })
            .collect();
        bar.finish_and_clear();
        write(&self.out, "row_id,p_small,p_fit,p_large", test.iter().zip(&foretold), |(row, p)| {
            format!("{},{:.6},{:.6},{:.6}", quoted(&row.id), p[0], p[1], p[2])
        })?;
        println!("learned from {} rows, foretold {}", train.len(), test.len());
        tell_measures(&test, &foretold);
        let chooser = SizeChooser::learn(&train);
        if let Some(out) = &self.advice {
            let advised = test.iter().map(|row| (row, chooser.choose(row)));
            write(out, "row_id,size,confidence", advised, |(row, advised)| match advised {
                Some(advised) => format!("{},{},{:.4}", quoted(&row.id), advised.size, advised.confidence),
                None => format!("{},,", quoted(&row.id)),
            })?;
        }
        tell_advice(&chooser, &test);
        Ok(())
    }
}

/// Own measures, where the verdicts are known.
fn tell_measures(test: &[TryOn], foretold: &[[f32; 3]]) {
    let known = test.iter().zip(foretold).filter_map(|(row, p)| Some((*p, row.verdict?)));
    let (foretold, said): (Vec<[f32; 3]>, Vec<Verdict>) = known.unzip();
    if let Some(found) = measures::measure(&foretold, &said) {
        let [small, fit, large] = found.auc_of;
        println!("macro AUC {:.4} (small {small:.4}, fit {fit:.4}, large {large:.4})", found.auc);
        println!(
            "log-loss {:.4}, accuracy {:.4}, calibration error {:.4}, rows with a verdict {}",
            found.log_loss, found.accuracy, found.calibration_error, found.rows
        );
    }
}

/// How often the advised sizes are those that were worn and fitted, as a whole and by the confidence stated.
fn tell_advice(chooser: &SizeChooser, test: &[TryOn]) {
    let Some(found) = chooser.measure(test) else { return };
    println!(
        "advice: the size worn {:.4}, within one step {:.4}, of {} rows that fit (garments with 3 sizes or more)",
        found.exact, found.within_a_step, found.rows
    );
    println!("advice by confidence:    rows  stated  worn    stated  within one step");
    for bin in chooser.reliability(test) {
        let Bin { rows, stated, exact, stated_within, within } = bin;
        println!("{rows:29}  {stated:.4}  {exact:.4}  {stated_within:.4}  {within:.4}");
    }
}

fn read(path: &Path, learning: bool) -> Result<Vec<TryOn>, Refused> {
    let name = path.display();
    let refused = |error: std::io::Error| Refused(vec![format!("{name}: {error}")]);
    let file = File::open(path).map_err(refused)?;
    let bar = bar("reading      {bar:40} {bytes}/{total_bytes}");
    bar.set_length(file.metadata().map_err(refused)?.len());
    let file = BufReader::new(bar.wrap_read(file));
    let is_packed = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gz"));
    let text: Box<dyn Read> = if is_packed { Box::new(GzDecoder::new(file)) } else { Box::new(file) };
    let rows = try_on::read(text, learning);
    bar.finish_and_clear();
    let rows = rows.map_err(|wrong| Refused(wrong.iter().map(|wrong| format!("{name}:{wrong}")).collect()))?;
    if rows.is_empty() {
        return Err(format!("{name}: holds no rows").into());
    }
    Ok(rows)
}

fn write<T>(
    path: &Path,
    heading: &str,
    rows: impl Iterator<Item = T>,
    line: impl Fn(T) -> String,
) -> Result<(), Refused> {
    let written = File::create(path).and_then(|file| {
        let mut file = BufWriter::new(file);
        writeln!(file, "{heading}")?;
        for row in rows {
            writeln!(file, "{}", line(row))?;
        }
        file.flush()
    });
    written.map_err(|error| Refused(vec![format!("{}: {error}", path.display())]))
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

/// On a terminal only: elsewhere it draws nothing.
fn bar(template: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(template);
    ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
