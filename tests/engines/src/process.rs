//! The processes of servers: started with a log each, ended by their own ids.
//!
//! A server lies in a process group of its own, so that Ctrl-C reaches us only
//! and we end it in order. On Linux it is also told to die with us (util-linux's
//! `setpriv`), for the case that we are killed and can't end it.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{OnceLock, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};

/// How long a server may take to end by itself.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many last lines of a log are shown.
const TAIL: usize = 40;

/// What to start.
#[derive(Debug)]
pub(crate) struct Launch {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<OsString>,
    pub(crate) environment: Vec<(&'static str, OsString)>,
    pub(crate) folder: PathBuf,
    pub(crate) log: PathBuf,
}

/// A running process, ended when this is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    pub(crate) fn start(launch: &Launch) -> Result<Process> {
        let log = File::create(&launch.log)
            .with_context(|| format!("can't write {}", launch.log.display()))?;
        let mut command = match pdeathsig() {
            Some(setpriv) => {
                let mut command = Command::new(setpriv);
                command.args(["--pdeathsig", "KILL", "--"]).arg(&launch.program);
                command
            }
            None => Command::new(&launch.program),
        };
        command
            .args(&launch.arguments)
            .envs(launch.environment.iter().map(|(name, value)| (name, value)))
            .current_dir(&launch.folder)
            .stdin(Stdio::null())
            .stderr(log.try_clone()?)
            .stdout(log)
            .process_group(0);
        let child =
            spawn(command).with_context(|| format!("can't run {}", launch.program.display()))?;
        Ok(Process { child, log: launch.log.clone() })
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it did.
    pub(crate) fn ended(&mut self) -> Option<String> {
        self.child.try_wait().ok().flatten().map(|status| status.to_string())
    }

    /// The last lines of its log.
    pub(crate) fn tail(&self) -> String {
        let shown = format!("the end of {}:\n", self.log.display());
        shown + &tail(&self.log).unwrap_or_else(|error| format!("(unreadable: {error})"))
    }

    /// Asks it to end.
    pub(crate) fn terminate(&mut self) {
        if self.ended().is_none() {
            // It may end at this moment; then there is nothing to ask.
            let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
        }
    }

    /// Kills it at once.
    pub(crate) fn kill(&mut self) {
        // An error says that it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.terminate();
        let start = Instant::now();
        while self.ended().is_none() && start.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(20));
        }
        self.kill();
    }
}

/// Whether a process of this id lives.
pub(crate) fn is_alive(id: u32) -> bool {
    i32::try_from(id).ok().and_then(Pid::from_raw).is_some_and(|id| test_kill_process(id).is_ok())
}

/// The program that makes another one die with us, where there is one.
fn pdeathsig() -> Option<&'static Path> {
    static PATH: OnceLock<Option<PathBuf>> = OnceLock::new();
    PATH.get_or_init(|| {
        ["/usr/bin/setpriv", "/bin/setpriv"]
            .into_iter()
            .map(PathBuf::from)
            .find(|path| path.is_file())
    })
    .as_deref()
}

type Answer = mpsc::SyncSender<io::Result<Child>>;

/// Starts a command on a thread that lives as long as we do: "die with your
/// parent" means the thread that started it.
fn spawn(command: Command) -> io::Result<Child> {
    static STARTER: OnceLock<mpsc::Sender<(Command, Answer)>> = OnceLock::new();
    let starter = STARTER.get_or_init(|| {
        let (sender, commands) = mpsc::channel::<(Command, Answer)>();
        thread::spawn(move || {
            for (mut command, answer) in commands {
                let _ = answer.send(command.spawn());
            }
        });
        sender
    });
    let (answer, child) = mpsc::sync_channel(1);
    let gone = || io::Error::other("the thread that starts servers is gone");
    starter.send((command, answer)).map_err(|_| gone())?;
    child.recv().map_err(|_| gone())?
}

fn tail(log: &Path) -> io::Result<String> {
    let mut lines = VecDeque::new();
    for line in BufReader::new(File::open(log)?).split(b'\n') {
        lines.push_back(String::from_utf8_lossy(&line?).into_owned());
        if lines.len() > TAIL {
            lines.pop_front();
        }
    }
    Ok(lines.into_iter().map(|line| line + "\n").collect())
}

/// Makes a folder for this run under `parent`, and removes those of runs that no
/// longer live.
///
/// # Errors
///
/// When it can't be made.
pub fn run_folder(parent: &Path) -> Result<PathBuf> {
    fs::create_dir_all(parent).with_context(|| format!("can't make {}", parent.display()))?;
    for entry in fs::read_dir(parent)? {
        let entry = entry?;
        let owner = entry.file_name().to_str().and_then(|name| name.parse().ok());
        if owner.is_some_and(|id| !is_alive(id)) {
            // What can't be removed only takes room.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    let folder = parent.canonicalize()?.join(std::process::id().to_string());
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(folder: &Path, script: &str) -> Launch {
        Launch {
            program: "/bin/sh".into(),
            arguments: vec!["-c".into(), script.into()],
            environment: Vec::new(),
            folder: folder.into(),
            log: folder.join("log"),
        }
    }

    fn until(mut condition: impl FnMut() -> bool) -> bool {
        let start = Instant::now();
        while !condition() {
            if start.elapsed() > Duration::from_secs(20) {
                return false;
            }
            thread::sleep(Duration::from_millis(5));
        }
        true
    }

    #[test]
    fn dropping_ends_it() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let process = Process::start(&shell(folder.path(), "echo up; exec sleep 600"))?;
        let id = process.id();
        assert!(until(|| process.tail().contains("up")) && is_alive(id));
        drop(process);
        assert!(!is_alive(id));
        Ok(())
    }

    #[test]
    fn a_panic_ends_it() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let launch = shell(folder.path(), "exec sleep 600");
        let (sender, id) = mpsc::channel();
        let panicked = thread::spawn(move || {
            let process = Process::start(&launch).expect("a shell starts");
            sender.send(process.id()).expect("somebody listens");
            panic!("on purpose");
        });
        let id = id.recv()?;
        assert!(panicked.join().is_err());
        assert!(!is_alive(id));
        Ok(())
    }

    #[test]
    fn the_end_of_the_log_is_kept() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let mut process =
            Process::start(&shell(folder.path(), "seq 1000; echo wrong >&2; exit 3"))?;
        assert!(until(|| process.ended().is_some()));
        assert_eq!(process.ended().as_deref(), Some("exit status: 3"));
        let tail = process.tail();
        assert!(
            tail.ends_with("\n999\n1000\nwrong\n") && tail.lines().count() == TAIL + 1,
            "{tail}"
        );
        Ok(())
    }
}
