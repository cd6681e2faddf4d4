// SPDX-License-Identifier: GPL-3.0-or-later
//! The boot script, run as it is: a shell in place of U-Boot, functions in place of U-Boot's commands. And beside it the script
//! that plays its part in the test machine, on the same states: a box and the test of it may not differ in this.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::{BOOT_SCRIPT, read};

/// BOOT_ORDER, BOOT_A_LEFT, BOOT_B_LEFT as they are found and as they are left; "-" is one that is not set.
type State = [String; 3];

/// What U-Boot's commands do, as far as the script can tell. `load` fails for the slots in $EMPTY. What is saved is what counts:
/// a power cut loses the rest.
const BOARD: &str = r#"
setenv() { name=$1; shift; eval "$name=\$*"; }
setexpr() { eval "$1=$(printf %x $((0x$2 $3 0x$4)))"; }
saveenv() { saved="${BOOT_ORDER--}|${BOOT_A_LEFT--}|${BOOT_B_LEFT--}"; }
fdt() { if [ "$1" = get ]; then eval "$3='console=none panel=some'"; fi; }
load() { case " $EMPTY " in *" ${2#*#} "*) return 1 ;; esac; [ "$4" = /boot/Image ]; }
booti() { echo "$saved|$bootargs"; exit; }
reset() { echo "$saved|reset"; exit; }
start() { kernel_addr_r=1 fdt_addr=2; . "$SCRIPT"; }
"#;

/// The tools that the script of the test machine has, and what it says at the end.
const TEST_MACHINE: &str = r#"
fw_printenv() { eval "[ -n \"\${$2+x}\" ] && echo \"\$$2\""; }
fw_setenv() { eval "$1=\$2"; }
start() { . "$SCRIPT"; choose_slot >"$SLOT"; read -r slot <"$SLOT"; echo "${BOOT_ORDER--}|${BOOT_A_LEFT--}|${BOOT_B_LEFT--}|$slot"; }
"#;

/// Starts once from each state, each in a shell of its own.
const EACH: &str = r#"
while IFS='|' read -r order a b; do
  ( unset BOOT_ORDER BOOT_A_LEFT BOOT_B_LEFT
    [ "$order" = - ] || BOOT_ORDER=$order
    [ "$a" = - ] || BOOT_A_LEFT=$a
    [ "$b" = - ] || BOOT_B_LEFT=$b
    start )
done <"$STATES"
"#;

/// What each start saves, and what it ends with: what the kernel is told, or the slot.
fn run(machine: &str, script: &str, states: &[State], empty: &str) -> Result<Vec<(State, String)>> {
    let folder = tempfile::tempdir()?;
    let place = |name: &str| folder.path().join(name);
    let lines: Vec<_> = states.iter().map(|state| state.join("|")).collect();
    fs::write(place("script"), script)?;
    fs::write(place("states"), lines.join("\n") + "\n")?;
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("{machine}{EACH}")).env("EMPTY", empty);
    command.env("SCRIPT", place("script")).env("STATES", place("states")).env("SLOT", place("slot"));
    let done = command.output()?;
    let said = String::from_utf8(done.stdout)?;
    ensure!(done.status.success() && done.stderr.is_empty(), "{}", String::from_utf8_lossy(&done.stderr));
    let ends: Vec<_> = said.lines().filter_map(end).collect();
    ensure!(ends.len() == states.len(), "{} starts, {} ends:\n{said}", states.len(), ends.len());
    Ok(ends)
}

fn end(line: &str) -> Option<(State, String)> {
    let mut parts = line.splitn(4, '|').map(str::to_owned);
    Some(([parts.next()?, parts.next()?, parts.next()?], parts.next()?))
}

/// Starts of a board, by the boot script.
fn starts_of_a_board(states: &[State], empty: &str) -> Result<Vec<(State, String)>> {
    let script = read(BOOT_SCRIPT)?.replace("@@KERNEL_IMAGETYPE@@", "Image").replace("@@KERNEL_BOOTCMD@@", "booti");
    run(BOARD, &script, states, empty)
}

/// Starts of the test machine.
fn starts_of_the_test_machine(states: &[State]) -> Result<Vec<(State, String)>> {
    run(TEST_MACHINE, &read("tests/image/boot/choose-slot")?, states, "")
}

fn start(state: &State, empty: &str) -> Result<(State, String)> {
    starts_of_a_board(std::slice::from_ref(state), empty)?.pop().context("a start")
}

fn state(order: &str, a: &str, b: &str) -> State {
    [order.to_owned(), a.to_owned(), b.to_owned()]
}

/// The slot that the kernel is told, when everything else that it is told agrees.
fn slot(bootargs: &str) -> Result<String> {
    for (slot, part) in [("A", "root-a"), ("B", "root-b")] {
        let end = format!(" root=PARTLABEL={part} rootfstype=squashfs ro rauc.slot={slot}");
        if bootargs.ends_with(&end) {
            ensure!(bootargs.starts_with("console=none panel=some "), "what the firmware says is lost: {bootargs}");
            return Ok(slot.to_owned());
        }
    }
    anyhow::bail!("no slot: {bootargs}")
}

/// Starts so many times, each from what the last one saved.
fn starts(mut now: State, count: usize) -> Result<(State, String)> {
    let mut slots = String::new();
    for _ in 0..count {
        let (after, bootargs) = start(&now, "")?;
        slots += &slot(&bootargs)?;
        now = after;
    }
    Ok((now, slots))
}

#[test]
fn slots_start_as_the_table_says() -> Result<()> {
    // Variables, the slots of the next starts, what is saved then.
    let table = [
        (state("-", "-", "-"), "A", state("A B", "2", "-")),
        (state("A B", "3", "3"), "AAABBBA", state("A B", "2", "3")),
        (state("B A", "3", "3"), "BBBA", state("B A", "2", "0")),
        (state("B A", "0", "0"), "AAABBBA", state("A B", "2", "3")),
        (state("A", "1", "3"), "AA", state("A B", "2", "3")),
        (state("recovery C B", "-1", "many"), "B", state("recovery C B", "-1", "2")),
        (state("A B", "9", "3"), "A", state("A B", "8", "3")),
        (state("A B", "10", "3"), "A", state("A B", "2", "3")),
        (state("", "0", "2"), "B", state("A B", "0", "1")),
    ];
    for (before, slots, after) in table {
        let (found, chosen) = starts(before.clone(), slots.len())?;
        ensure!(chosen == slots && found == after, "{before:?}: {chosen} and {found:?}, not {slots} and {after:?}");
        let mut now = before.clone();
        for slot in slots.chars() {
            let (after, chosen) = starts_of_the_test_machine(&[now])?.pop().context("a start")?;
            ensure!(chosen == slot.to_string(), "the test machine from {before:?}: {chosen}, not {slot}");
            now = after;
        }
        ensure!(now == after, "the test machine from {before:?} saves {now:?}, not {after:?}");
    }
    Ok(())
}

#[test]
fn in_every_state_a_board_does_what_the_test_machine_does() -> Result<()> {
    let lefts = ["-", "", "0", "1", "3", "9", "10", "-1", "x"];
    let mut states = Vec::new();
    for order in ["-", "", "A B", "B A", "B", "C", "B B A"] {
        for a in lefts {
            states.extend(lefts.map(|b| state(order, a, b)));
        }
    }
    let board = starts_of_a_board(&states, "")?;
    let machine = starts_of_the_test_machine(&states)?;
    for ((before, board), machine) in states.iter().zip(&board).zip(&machine) {
        let same = slot(&board.1)? == machine.1 && board.0 == machine.0;
        ensure!(same, "{before:?}: a board {board:?}, the test machine {machine:?}");
    }
    Ok(())
}

#[test]
fn a_slot_that_holds_nothing_gives_way_at_once() -> Result<()> {
    let (after, told) = start(&state("A B", "3", "3"), "root-a")?;
    ensure!(told == "reset" && after == state("A B", "0", "3"), "{told}, {after:?}");
    let (_, told) = start(&after, "root-a")?;
    ensure!(slot(&told)? == "B", "{told}");
    Ok(())
}
