//! What a process has used of the machine, CPU time and memory, as `/proc` tells it.

use std::io;
use std::time::Duration;

use procfs::process::{ClearRefs, Process, Status};
use procfs::{ProcResult, ticks_per_second};

/// Bytes of memory of a process.
#[derive(Debug, Clone, Copy)]
pub struct Memory {
    /// In the machine's memory now.
    pub resident: u64,
    /// The most that `resident` has been since [`forget_peak`], or since the process began.
    pub peak: u64,
}

/// The CPU time of a process and its children. Those that have ended count as well.
///
/// # Errors
/// When there is no such process; so for all functions here.
pub fn cpu(id: u32) -> io::Result<Duration> {
    let process = process(id)?;
    let own = process.stat().map_err(io::Error::other)?;
    let mut ticks = own.utime + own.stime + (own.cutime + own.cstime).unsigned_abs();
    for child in children(&process)? {
        // One that ends meanwhile is waited for by its parent, and counted there the next time.
        ticks += child.stat().map_or(0, |stat| stat.utime + stat.stime);
    }
    Ok(Duration::from_secs_f64(ticks as f64 / ticks_per_second() as f64))
}

/// The memory of a process, without its children.
///
/// # Errors
/// See [`cpu`].
pub fn memory(id: u32) -> io::Result<Memory> {
    let status = process(id)?.status().map_err(io::Error::other)?;
    let of = |kilobytes: Option<u64>| kilobytes.map(|some| some * 1024);
    match (of(status.vmrss), of(status.vmhwm)) {
        (Some(resident), Some(peak)) => Ok(Memory { resident, peak }),
        _ => Err(io::Error::other(format!("process {id} has ended"))),
    }
}

/// The bytes of memory that the children of a process have each for themselves: shared buffers and program text are left
/// out.
///
/// # Errors
/// See [`cpu`].
pub fn memory_of_children(id: u32) -> io::Result<u64> {
    let own = |status: Status| status.rssanon.unwrap_or_default() * 1024;
    let children = children(&process(id)?)?;
    Ok(children.iter().map(|child| child.status().map_or(0, own)).sum())
}

/// Lets [`Memory::peak`] begin anew.
///
/// # Errors
/// See [`cpu`].
pub fn forget_peak(id: u32) -> io::Result<()> {
    process(id)?.clear_refs(ClearRefs::PeakRSS).map_err(io::Error::other)
}

fn process(id: u32) -> io::Result<Process> {
    let id = i32::try_from(id).map_err(io::Error::other)?;
    Process::new(id).map_err(io::Error::other)
}

/// The children that run.
fn children(process: &Process) -> io::Result<Vec<Process>> {
    let children: ProcResult<Vec<u32>> = process.task_main_thread().and_then(|task| task.children());
    let children = children.map_err(io::Error::other)?;
    Ok(children
        .into_iter()
        .filter_map(|child| self::process(child).ok())
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_and_time_of_this_process_grow() {
        let own = std::process::id();
        let before = memory(own).unwrap();
        let filled = std::hint::black_box(vec![1u8; 50 << 20]);
        let after = memory(own).unwrap();
        assert!(after.resident >= before.resident + (40 << 20), "{before:?} {after:?}");
        drop(filled);
        assert!(memory(own).unwrap().peak >= before.resident + (40 << 20));
        let begun = cpu(own).unwrap();
        while cpu(own).unwrap() == begun {} // ends, because this loop takes time
    }
}
