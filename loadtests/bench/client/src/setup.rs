//! What all modes begin with: where the server is, who the people are, and where they come from.

use std::fs;
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use nix::sys::resource::{getrlimit, setrlimit, Resource};

use crate::args::Args;
use crate::conn::Conn;
use crate::dialect::{Dialect, Person};
use crate::net::Net;
use crate::report::Report;
use crate::server::Server;
use crate::Outcome;

/// Connections of one source address: far below the ports that it has.
const PER_SOURCE: usize = 8000;
/// A server that does not get everybody in within this time is not measured.
pub const SETUP_WITHIN: Duration = Duration::from_secs(180);
/// Nothing that a run waits for takes longer.
pub const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// Where people are put.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Places {
    /// All over so many rooms.
    Rooms(usize),
    /// 2k with 2k+1, each with a channel of their own.
    Pairs,
}

pub struct Setup {
    pub dialect: Dialect,
    /// Where people connect to, one after the other; of a pair, the one to the next after the other's.
    ports: Vec<u16>,
    pub server: Server,
    /// Sets this run's refs apart from those of others on the same server.
    pub run: u32,
    pub at_once: usize,
    /// The last part of the first source address: clients beside each other come from different ones.
    first_source: usize,
    accounts: Vec<String>,
}

impl Setup {
    pub fn new(args: &Args) -> Outcome<Self> {
        let accounts: Option<String> = args.find("accounts")?;
        Ok(Self {
            dialect: args.get("dialect", Dialect::Plain)?,
            ports: args.list("port", "")?,
            server: Server::new(args.list("pid", "")?, args.list("beside", "")?),
            run: std::process::id(),
            at_once: args.get("at-once", 64)?,
            first_source: args.get("first-source", 2)?,
            accounts: match accounts {
                Some(file) => fs::read_to_string(file)?.lines().map(str::to_owned).collect(),
                None => Vec::new(),
            },
        })
    }

    /// So many people in these places, not connected yet.
    pub fn net(&self, count: usize, places: Places) -> Outcome<Net> {
        let conns = (0..count).map(|number| self.conn(number, places)).collect::<Outcome<_>>()?;
        Net::new(self.dialect, conns)
    }

    fn conn(&self, number: usize, places: Places) -> Outcome<Conn> {
        let source = Ipv4Addr::new(127, 0, 0, u8::try_from(self.first_source + number / PER_SOURCE)?);
        let path = match places {
            Places::Rooms(_) => "/room".to_owned(),
            Places::Pairs => format!("/pair/{number}"),
        };
        let turn = match places {
            Places::Rooms(_) => number,
            Places::Pairs => number / 2 + number % 2,
        };
        let port = *self.ports.get(turn % self.ports.len().max(1)).ok_or("--port is missing")?;
        Ok(Conn::new(self.person(number, places)?, path, source, port))
    }

    /// Seeded people: the first line names the rooms, then one line each: session token, and the chat if they have one.
    fn person(&self, number: usize, places: Places) -> Outcome<Person> {
        if self.dialect != Dialect::Cups {
            return Ok(Person {
                token: String::new(),
                channel: match places {
                    Places::Rooms(rooms) => format!("room{}", number % rooms),
                    Places::Pairs => format!("person{number}"),
                },
            });
        }
        let line = self.accounts.get(number + 1).ok_or("there are too few accounts")?;
        let (token, chat) = line.split_once(' ').unwrap_or((line, ""));
        let channel = match places {
            Places::Rooms(rooms) => self.accounts[0].split(' ').nth(number % rooms),
            Places::Pairs => Some(chat).filter(|chat| !chat.is_empty()),
        };
        Ok(Person { token: token.to_owned(), channel: channel.ok_or("there are too few rooms or chats")?.to_owned() })
    }
}

/// The server's CPU time and the clock, from a moment on.
pub struct Window {
    server: Server,
    cpu: Duration,
    beside: Duration,
    began: Instant,
}

impl Window {
    pub fn open(server: &Server) -> Outcome<Self> {
        let (cpu, beside) = (server.cpu()?, server.cpu_beside()?);
        Ok(Self { server: server.clone(), cpu, beside, began: Instant::now() })
    }

    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// `elapsed_s`, `cpu_s` and `beside_cpu_s`.
    pub fn close(&self, report: &mut Report) -> Outcome<()> {
        let elapsed = self.elapsed();
        let cpu = self.server.cpu()?.saturating_sub(self.cpu);
        let beside = self.server.cpu_beside()?.saturating_sub(self.beside);
        report.seconds("elapsed_s", elapsed).seconds("cpu_s", cpu).seconds("beside_cpu_s", beside);
        Ok(())
    }
}

/// As many open files as the system lets us have.
pub fn allow_files() -> Outcome<()> {
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE)?;
    setrlimit(Resource::RLIMIT_NOFILE, most, most)?;
    Ok(())
}
