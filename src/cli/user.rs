//! `xiaoer user`.

use std::io::Read;

use clap::{Subcommand, ValueEnum};

use super::{Refused, open};
use crate::clock::Clock;
use crate::config::Flags;
use crate::people::agents::{self, NewAgent};
use crate::people::password::{MAX_CHARS, Passwords};
use crate::protocol::desk;

/// The people who work for a store
#[derive(Subcommand)]
pub(super) enum UserCommand {
    /// Add a person
    Add {
        /// What the person signs in with
        email: String,
        /// The store that the person works for
        #[arg(long, value_name = "ID")]
        store: String,
        /// Owners may do everything, supervisors and agents work at the desk
        #[arg(long)]
        role: Role,
        /// What the person knows, and how well (1 to 5); may be given several times
        #[arg(long = "skill", value_name = "NAME:LEVEL", value_parser = skill)]
        skills: Vec<desk::Skill>,
        /// Read the password from standard input: its first line, 1 to 128 characters
        #[arg(long, required = true)]
        password_stdin: bool,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Role {
    Owner,
    Supervisor,
    Agent,
}

impl From<Role> for desk::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Owner => Self::Owner,
            Role::Supervisor => Self::Supervisor,
            Role::Agent => Self::Agent,
        }
    }
}

fn skill(text: &str) -> Result<desk::Skill, String> {
    agents::skill(text).map_err(|error| error.to_string())
}

impl UserCommand {
    pub(super) async fn run(self, flags: &Flags) -> Result<(), Refused> {
        let Self::Add { email, store, role, skills, password_stdin: _ } = self;
        let password = first_line()?;
        let db = open(flags).await?;
        let passwords = Passwords::new()?;
        let new = NewAgent { store: store.into(), email, role: role.into(), skills, password };
        let agent = agents::add(&db, &passwords, Clock::system().now(), new).await?;
        db.close().await;
        println!("{} added to store {}", agent.email, agent.store);
        Ok(())
    }
}

/// The password as it was typed, without the end of its line.
fn first_line() -> Result<String, Refused> {
    let mut text = String::new();
    let most = MAX_CHARS as u64 * 4 + 2;
    std::io::stdin()
        .take(most)
        .read_to_string(&mut text)
        .map_err(|error| format!("cannot read the password from standard input: {error}"))?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
