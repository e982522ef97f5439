//! What is measured for each client: a client is a [`Contender`], and each measurement is a [`Scenario`] in its own
//! process.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// The number of records on the server, and the number of records per page.
pub(crate) const RECORDS: usize = 100_000;
pub(crate) const PAGE: usize = 2_000;
/// How long a response takes where the network is far.
#[allow(dead_code, reason = "the peer's program has no sleeps of its own")]
pub(crate) const LATENCY: Duration = Duration::from_millis(20);

pub(crate) type Done<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// A client of the API.
pub(crate) trait Contender: Send + Sync + Sized + 'static {
    /// Creates a session that has sent nothing.
    fn new(base_url: &str) -> Done<Self>;
    /// Fetches a token, if the client does not do so itself.
    fn authorise(&mut self) -> impl Future<Output = Done> + Send;
    /// Fetches the records after the first `skip`, at most `take` of them; returns how many arrived.
    fn employees(&self, skip: usize, take: usize) -> impl Future<Output = Done<usize>> + Send;

    /// A small request with a small response: one record.
    fn small(&self) -> impl Future<Output = Done> + Send {
        async { expect(self.employees(0, 1).await?, 1) }
    }

    /// A small request with a large response.
    fn page(&self) -> impl Future<Output = Done> + Send {
        async { expect(self.employees(0, PAGE).await?, PAGE) }
    }

    /// All pages, one after the other, with some work after each; returns how many records arrived.
    fn all_pages(&self, _prefetch: bool, work: Duration) -> impl Future<Output = Done<usize>> + Send {
        async move {
            let mut records = 0;
            loop {
                let page = self.employees(records, PAGE).await?;
                records += page;
                if page > 0 {
                    tokio::time::sleep(work).await;
                }
                if page < PAGE {
                    return Ok(records);
                }
            }
        }
    }
}

/// What a process measures, as its arguments say: `small 1000`, `tasks 100 20000`, `pages plain 10`.
#[derive(Clone, Copy)]
pub(crate) enum Scenario {
    /// Small calls, one after the other.
    Small { calls: u32 },
    /// Pages of [`PAGE`] records, one after the other.
    Page { calls: u32 },
    /// All [`RECORDS`], page after page, with milliseconds of work after each.
    Pages { prefetch: bool, work: u64 },
    /// Small calls by many concurrent tasks.
    Tasks { tasks: u32, calls: u32 },
    /// From start-up to the first response, token included.
    Start,
    /// The same with many concurrent tasks, each of which makes one call.
    Storm { tasks: u32 },
}

impl Scenario {
    pub(crate) fn parse(arguments: &[&str]) -> Option<Self> {
        Some(match *arguments {
            ["small", calls] => Self::Small { calls: calls.parse().ok()? },
            ["page", calls] => Self::Page { calls: calls.parse().ok()? },
            ["pages", how, work] => Self::Pages { prefetch: how == "prefetch", work: work.parse().ok()? },
            ["tasks", tasks, calls] => Self::Tasks { tasks: tasks.parse().ok()?, calls: calls.parse().ok()? },
            ["start"] => Self::Start,
            ["storm", tasks] => Self::Storm { tasks: tasks.parse().ok()? },
            _ => return None,
        })
    }

    /// Runs the scenario; prints wall and CPU nanoseconds per call, the peak memory in KiB, and page faults per thousand
    /// calls.
    pub(crate) fn run<C: Contender>(self, base_url: &str) -> Done {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        if matches!(self, Self::Tasks { .. } | Self::Pages { .. } | Self::Storm { .. }) {
            runtime = tokio::runtime::Builder::new_multi_thread();
        }
        let (took, calls) = runtime.enable_all().build()?.block_on(self.measure::<C>(base_url))?;
        let (wall, cpu) = (took.wall.as_nanos() / calls, took.cpu.as_nanos() / calls);
        println!("{wall} {cpu} {} {}", peak_memory().unwrap_or(0), u128::from(took.faults) * 1000 / calls);
        Ok(())
    }

    async fn measure<C: Contender>(self, base_url: &str) -> Done<(Took, u128)> {
        let start = Clock::start();
        let client = Arc::new(ready::<C>(base_url).await?);
        if let Self::Storm { tasks } = self {
            by_tasks(&client, tasks, tasks).await?;
            return Ok((start.stop(), 1));
        }
        client.small().await?;
        match self {
            Self::Storm { .. } | Self::Start => Ok((start.stop(), 1)),
            Self::Small { calls } => repeat(calls, async || client.small().await).await,
            Self::Page { calls } => repeat(calls, async || client.page().await).await,
            Self::Pages { prefetch, work } => {
                let clock = Clock::start();
                expect(client.all_pages(prefetch, Duration::from_millis(work)).await?, RECORDS)?;
                Ok((clock.stop(), 1))
            }
            Self::Tasks { tasks, calls } => Ok((by_tasks(&client, tasks, calls).await?, calls.into())),
        }
    }
}

/// Small calls by many concurrent tasks.
async fn by_tasks<C: Contender>(client: &Arc<C>, tasks: u32, calls: u32) -> Done<Took> {
    let clock = Clock::start();
    let task = |client: Arc<C>| async move {
        for _ in 0..calls / tasks {
            client.small().await?;
        }
        Done::Ok(())
    };
    let tasks: Vec<_> = (0..tasks).map(|_| tokio::spawn(task(client.clone()))).collect();
    for task in tasks {
        task.await??;
    }
    Ok(clock.stop())
}

/// One call after the other, after a tenth as many uncounted warm-up calls.
async fn repeat(calls: u32, call: impl AsyncFn() -> Done) -> Done<(Took, u128)> {
    for _ in 0..calls / 10 {
        call().await?;
    }
    let clock = Clock::start();
    for _ in 0..calls {
        call().await?;
    }
    Ok((clock.stop(), calls.into()))
}

async fn ready<C: Contender>(base_url: &str) -> Done<C> {
    let mut client = C::new(base_url)?;
    client.authorise().await?;
    Ok(client)
}

fn expect(came: usize, expected: usize) -> Done {
    if came == expected { Ok(()) } else { Err(format!("{came} records came, not {expected}").into()) }
}

struct Clock {
    wall: Instant,
    cpu: Duration,
    faults: u64,
}

struct Took {
    wall: Duration,
    cpu: Duration,
    faults: u64,
}

impl Clock {
    fn start() -> Self {
        Self { faults: faults().unwrap_or(0), wall: Instant::now(), cpu: cpu() }
    }

    fn stop(self) -> Took {
        let (wall, cpu) = (self.wall.elapsed(), cpu().saturating_sub(self.cpu));
        Took { wall, cpu, faults: faults().unwrap_or(0) - self.faults }
    }
}

/// The CPU time of all threads of this process.
fn cpu() -> Duration {
    clock_gettime(ClockId::ProcessCPUTime).try_into().unwrap_or_default()
}

/// The page faults of this process so far that needed no disk, if the system reports them.
fn faults() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program, in brackets, may contain spaces.
    status.rsplit_once(')')?.1.split_whitespace().nth(7)?.parse().ok()
}

/// The peak memory in KiB, if the system reports it.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
