// SPDX-License-Identifier: GPL-3.0-or-later
//! What is plugged into a box when its power comes, as QEMU is told it.

use std::path::PathBuf;

/// Points of the panel.
pub const PANEL: (u32, u32) = (1280, 800);
/// Memory of the smallest board that is supported, MiB.
pub const MEMORY_MB: u32 = 1024;

/// The kernel's command line. The rest of it, the slot, is written by the first file system.
///
/// The second half is for the emulation alone, which runs half as fast without it: what guards one program against another on a
/// processor that guesses, and security modules of Debian's kernel that no board's kernel has and that nothing here uses.
const COMMAND_LINE: &str = "console=ttyAMA0 quiet loglevel=3 vt.global_cursor_default=0 consoleblank=0 \
    systemd.show_status=false watchdog.stop_on_reboot=0 nokaslr kpti=off mitigations=off lsm=landlock,yama";

/// What a box may lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The touch panel.
    Touch,
    /// The loudspeaker.
    Sound,
    /// A reader; it can be plugged in later.
    Reader,
    /// A clock that goes on without power.
    Clock,
    /// The network card.
    Network,
}

/// What is plugged in when the power comes.
#[derive(Clone, Debug)]
pub struct Plugs {
    /// The pseudo-terminal of an emulated reader.
    pub reader: Option<PathBuf>,
    /// More of QEMU's arguments.
    pub more: Vec<String>,
    /// More of the kernel's arguments.
    pub kernel: Vec<String>,
    /// A file that every write and flush of the disk is noted in.
    pub writes: Option<String>,
    /// What is missing.
    pub without: Vec<Part>,
    /// MiB.
    pub memory_mb: u32,
    /// Time goes on by a nanosecond for each instruction, one processor at a time, however busy this machine is.
    pub counted: bool,
}

impl Default for Plugs {
    fn default() -> Self {
        Self {
            reader: None,
            more: Vec::new(),
            kernel: Vec::new(),
            writes: None,
            without: Vec::new(),
            memory_mb: MEMORY_MB,
            counted: false,
        }
    }
}

/// QEMU and its arguments for a box whose disk is `FOLDER.img` and whose sockets are in FOLDER, as the workshop sees it.
pub fn arguments(folder: &str, plugs: &Plugs) -> Vec<String> {
    let mut arguments: Vec<String> = Vec::new();
    let mut add = |words: &str| arguments.extend(words.split_whitespace().map(str::to_owned));
    let has = |part: Part| !plugs.without.contains(&part);
    add("qemu-system-aarch64 -M virt,gic-version=3 -cpu cortex-a72 -smp 2");
    if plugs.counted {
        add("-accel tcg,thread=single,tb-size=512 -icount shift=0,align=off");
    } else {
        add("-accel tcg,thread=multi,tb-size=512");
    }
    add(&format!("-m {}", plugs.memory_mb));
    add("-kernel /image/kernel/vmlinuz -initrd /image/initrd.zst -display none -no-user-config -nodefaults");
    if !has(Part::Clock) {
        add("-rtc base=1970-01-01T00:00:10");
    }
    match &plugs.writes {
        None => add(&format!("-drive if=none,id=disk,file={folder}.img,format=raw,cache=none,discard=unmap")),
        Some(log) => {
            add(&format!("-blockdev driver=file,node-name=plain,filename={folder}.img,cache.direct=on"));
            add(&format!("-blockdev driver=file,node-name=notes,filename={log}"));
            add("-blockdev driver=blklogwrites,node-name=disk,file=plain,log=notes,log-sector-size=512");
        }
    }
    add("-device virtio-blk-pci,drive=disk");
    add(&format!("-device virtio-gpu-pci,xres={},yres={}", PANEL.0, PANEL.1));
    if has(Part::Touch) {
        add("-device virtio-multitouch-pci");
    }
    add("-device qemu-xhci,id=usb -device virtio-rng-pci -device i6300esb");
    if has(Part::Network) {
        add("-netdev user,id=network -device virtio-net-pci,netdev=network,romfile=");
    }
    if has(Part::Sound) {
        add("-audiodev none,id=sound -device intel-hda -device hda-output,audiodev=sound");
    }
    add(&format!("-qmp unix:{folder}/qmp,server=on,wait=off"));
    add(&format!("-chardev socket,id=console,path={folder}/console,server=on,wait=off,logfile={folder}/console.log"));
    add("-serial chardev:console");
    if let Some(reader) = &plugs.reader {
        add(&format!("-chardev serial,id=reader,path={}", reader.display()));
        if has(Part::Reader) {
            add("-device usb-serial,chardev=reader,bus=usb.0,id=reader");
        }
    }
    arguments.extend(plugs.more.iter().cloned());
    let kernel = std::iter::once(COMMAND_LINE.to_owned()).chain(plugs.kernel.iter().cloned());
    arguments.extend(["-append".to_owned(), kernel.collect::<Vec<_>>().join(" ")]);
    arguments
}
