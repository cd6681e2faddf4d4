// SPDX-License-Identifier: GPL-3.0-or-later
//! The technician's self-test, pairing, and the help page.

/// What is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckKind {
    /// 读卡器.
    Reader,
    /// 触摸.
    Touch,
    /// 声音.
    Sound,
    /// 网络.
    Network,
    /// 时钟.
    Clock,
    /// 磁盘.
    Disk,
    /// 温度.
    Temperature,
    /// 屏幕.
    Screen,
    /// 区级平台: when it answered last.
    Hub,
    /// 待上传: how many records.
    Queue,
    /// 流水: how many records of it were found to be as they were written.
    Journal,
    /// 电源: whether it gives enough.
    Power,
    /// 另存: records of before a factory reset are here, for a technician to take to the hub.
    Kept,
    /// 版本: which release of the system runs; bad when another was given up.
    Release,
}

/// How a check stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckState {
    /// Being checked.
    Running,
    /// In order.
    Good,
    /// To repair.
    Bad,
    /// This machine has no such part.
    Absent,
}

/// One check with its one number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What.
    pub kind: CheckKind,
    /// How.
    pub state: CheckState,
    /// The number and unit measured, as they are ("4 ms", "61 %", "149 ppi"); empty when there is none.
    pub figure: String,
}

/// The self-test.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SelfTest {
    /// The checks, in order.
    pub checks: Vec<Check>,
}

/// How pairing stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PairingState {
    /// The hub has not been reached yet.
    #[default]
    Reaching,
    /// The code is shown and waits for the operator.
    Waiting,
    /// Approved; documents are coming.
    Approved,
    /// Refused by the operator, or too old; a new code comes.
    Refused,
}

/// Pairing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairing {
    /// The code to read out, such as `WXTK-3907`; empty until there is one.
    pub code: String,
    /// How it stands.
    pub state: PairingState,
    /// The four words to compare with the operator's screen; empty when there are none.
    pub words: Vec<String>,
    /// The hub's address, as set.
    pub hub: String,
}

/// Help.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Help {
    /// The learning point's own telephone number; empty when the settings name none.
    pub telephone: String,
    /// Who answers it.
    pub contact: String,
    /// A call for staff was just made from here: they are told by light and sound.
    pub called: bool,
}
