//! Rebuilds when a migration is added: `sqlx::migrate!` reads the folder and does not notice new files by itself.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
