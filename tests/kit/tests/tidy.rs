// SPDX-License-Identifier: GPL-3.0-or-later
//! Holds what STYLE asks of files: sizes, headers, links, headings, no paths of one machine.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

/// Lines of a Rust file before its tests.
const RUST_LINES: usize = 500;
/// Lines of a Slint file.
const SLINT_LINES: usize = 200;
/// Lines of a Yocto recipe.
const RECIPE_LINES: usize = 60;

/// What may stand at the top: the layout is fixed, so that a newcomer finds each thing at once.
const TOP: &[&str] = &[
    ".ci",
    ".config",
    ".git",
    ".gitattributes",
    ".gitignore",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "LICENSES",
    "README.md",
    "assets",
    "clippy.toml",
    "deny.toml",
    "dev",
    "docs",
    "kiosk",
    "provisioning",
    "rustfmt.toml",
    "systemd",
    "target",
    "tests",
    "yocto",
];

#[test]
fn the_top_level_is_the_agreed_one() -> Result<()> {
    let mut strange = Vec::new();
    for entry in fs::read_dir(root())? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !TOP.contains(&name.as_str()) {
            strange.push(name);
        }
    }
    none(&strange, "does not belong at the top level")
}

#[test]
fn files_are_short() -> Result<()> {
    let mut long = Vec::new();
    for (path, text) in texts()? {
        let limit = match extension(&path) {
            "rs" if !path.components().any(|part| part.as_os_str() == "tests") || in_src(&path) => RUST_LINES,
            "slint" => SLINT_LINES,
            "bb" | "bbclass" => RECIPE_LINES,
            _ => continue,
        };
        let lines = text.lines().take_while(|line| line.trim() != "#[cfg(test)]").count();
        if lines > limit {
            long.push(format!("{}: {lines} lines, {limit} allowed", path.display()));
        }
    }
    none(&long, "too long: split it by subject")
}

#[test]
fn source_files_say_licence_and_purpose() -> Result<()> {
    let mut silent = Vec::new();
    for (path, text) in texts()? {
        let mut lines = text.lines().skip_while(|line| line.starts_with("#!/"));
        let first = lines.next().unwrap_or_default();
        let (licence, purpose) = match extension(&path) {
            "rs" => {
                (first == "// SPDX-License-Identifier: GPL-3.0-or-later", text.lines().any(|l| l.starts_with("//! ")))
            }
            "slint" => (first == "// SPDX-License-Identifier: GPL-3.0-or-later", true),
            "sh" | "py" => (first == "# SPDX-License-Identifier: GPL-3.0-or-later", true),
            _ => continue,
        };
        if !licence || !purpose {
            silent.push(path.display().to_string());
        }
    }
    none(&silent, "first the SPDX line, then (Rust) a //! sentence")
}

#[test]
fn links_in_documents_lead_somewhere() -> Result<()> {
    let mut dead = Vec::new();
    for (path, text) in texts()?.into_iter().filter(|(path, _)| extension(path) == "md") {
        let folder = root().join(&path).parent().context("a file has a folder")?.to_owned();
        for target in links(&text) {
            let file = target.split('#').next().unwrap_or_default();
            if !file.is_empty() && !file.contains(':') && !folder.join(file).exists() {
                dead.push(format!("{}: {target}", path.display()));
            }
        }
    }
    none(&dead, "a link to nothing")
}

#[test]
fn headings_have_something_below_them() -> Result<()> {
    let mut empty = Vec::new();
    for (path, text) in texts()?.into_iter().filter(|(path, _)| extension(path) == "md") {
        for heading in empty_headings(&text) {
            empty.push(format!("{}: {heading}", path.display()));
        }
    }
    none(&empty, "a heading with nothing below it")
}

#[test]
fn nothing_speaks_of_one_machine() -> Result<()> {
    let paths = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/home", "/")];
    let mut found = Vec::new();
    for (path, text) in texts()? {
        for (number, line) in text.lines().enumerate() {
            if paths.iter().any(|machine| begins_a_path(line, machine)) {
                found.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    none(&found, "a path of one machine")
}

/// Whether `folder` stands in the line as the beginning of a path, not in the middle of one.
fn begins_a_path(line: &str, folder: &str) -> bool {
    let before = |at: usize| line[..at].chars().next_back();
    line.match_indices(folder).any(|(at, _)| before(at).is_none_or(|c| !c.is_alphanumeric() && !"._-}~".contains(c)))
}

#[test]
fn there_is_one_lock_file_and_no_package_from_git() -> Result<()> {
    let locks: Vec<_> = files()?.into_iter().filter(|path| path.ends_with("Cargo.lock")).collect();
    ensure!(locks == [PathBuf::from("Cargo.lock")], "lock files: {locks:?}");
    let lock = fs::read_to_string(root().join("Cargo.lock"))?;
    let git: Vec<_> = lock.lines().filter(|line| line.contains("git+")).map(str::to_owned).collect();
    none(&git, "a package from git: it has no checksum and may vanish")
}

/// The targets of the inline links of a Markdown text; code blocks are no text.
fn links(text: &str) -> Vec<&str> {
    let mut targets = Vec::new();
    for line in prose(text) {
        let mut rest = line;
        while let Some(start) = rest.find("](") {
            rest = &rest[start + 2..];
            let end = rest.find(')').unwrap_or(rest.len());
            targets.push(rest[..end].split(' ').next().unwrap_or_default());
            rest = &rest[end..];
        }
    }
    targets
}

/// Headings that are followed by nothing, or at once by one that is not deeper.
fn empty_headings(text: &str) -> Vec<&str> {
    let mut empty = Vec::new();
    let mut open: Option<(&str, usize)> = None;
    for line in prose(text).filter(|line| !line.trim().is_empty()) {
        let depth = line.chars().take_while(|c| *c == '#').count();
        let is_heading = depth > 0 && line[depth..].starts_with(' ');
        if let Some((heading, above)) = open.take()
            && is_heading
            && depth <= above
        {
            empty.push(heading);
        }
        open = is_heading.then_some((line, depth));
    }
    empty.extend(open.map(|(heading, _)| heading));
    empty
}

/// The lines outside fenced code; the fence itself counts as something.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut fenced = false;
    text.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        fence || !fenced
    })
}

#[test]
fn a_path_of_a_machine_is_told_from_a_folder_of_ours() {
    let home = concat!("/home", "/");
    assert!(begins_a_path(&format!("see {home}somebody"), home));
    assert!(begins_a_path(&format!("\"{home}somebody\""), home));
    assert!(!begins_a_path(&format!("pictures{home}courses.svg"), home));
}

#[test]
fn the_readers_of_markdown_see_what_they_should() {
    assert_eq!(links("see [a](b.md) and ![c](d.png \"e\")\n```\n[x](y)\n```"), ["b.md", "d.png"]);
    assert_eq!(empty_headings("# A\n## B\ntext\n## C\n# D\n"), ["## C", "# D"]);
    assert_eq!(empty_headings("# A\n```\n# no heading\n```\n"), Vec::<&str>::new());
}

fn none(found: &[String], what: &str) -> Result<()> {
    ensure!(found.is_empty(), "{what}:\n  {}", found.join("\n  "));
    Ok(())
}

fn root() -> PathBuf {
    PathBuf::from("../..")
}

fn extension(path: &Path) -> &str {
    path.extension().and_then(|ext| ext.to_str()).unwrap_or_default()
}

/// A file of a program or library of tests/ (reader, kit), as against a file of tests.
fn in_src(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "src")
}

/// All files that are ours and readable as text, relative to the top.
fn texts() -> Result<Vec<(PathBuf, String)>> {
    let readable = |path: PathBuf| fs::read_to_string(root().join(&path)).ok().map(|text| (path, text));
    Ok(files()?.into_iter().filter_map(readable).collect())
}

fn files() -> Result<Vec<PathBuf>> {
    let top = root();
    let mut folders = vec![top.clone()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
            let entry = entry?;
            let name = entry.file_name();
            if entry.file_type()?.is_dir() {
                if name != ".git" && name != "target" && name != "__pycache__" {
                    folders.push(entry.path());
                }
            } else if entry.file_type()?.is_file() {
                files.push(entry.path().strip_prefix(&top)?.to_owned());
            }
        }
    }
    files.sort();
    Ok(files)
}
