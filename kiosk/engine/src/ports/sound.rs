// SPDX-License-Identifier: GPL-3.0-or-later
//! The sound door: the one owner of the loudspeaker.

/// What the director asks to be heard. Nothing is queued: the voice of the last one cuts the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SoundCommand {
    /// A short sign; the lesson gives way while it sounds.
    Ring(Earcon),
    /// A spoken sentence.
    Say {
        /// What is said.
        saying: Saying,
        /// In which language.
        tongue: Tongue,
    },
    /// Cuts the voice.
    Hush,
    /// Loudness of everything.
    Volume(Volume),
}

/// Four signs that differ in melody and rhythm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Earcon {
    /// sol–do′: it is on the disk.
    Accepted,
    /// mi, mi: nothing changes.
    Already,
    /// mi–la, falling: not this card.
    Refused,
    /// la–do′–la: a person is needed.
    StaffNeeded,
}

impl Earcon {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Accepted, Self::Already, Self::Refused, Self::StaffNeeded];
}

/// Loudness, 0 (silent) to 100 (as recorded).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Volume(u8);

impl Volume {
    /// Anything above 100 is 100.
    #[must_use]
    pub fn new(percent: u8) -> Self {
        Self(percent.min(100))
    }

    /// 0 to 100.
    #[must_use]
    pub fn percent(self) -> u8 {
        self.0
    }
}

impl Default for Volume {
    fn default() -> Self {
        Self(70)
    }
}

/// The languages there are voices for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tongue {
    /// Mandarin.
    Mandarin,
    /// English.
    English,
}

/// All that the kiosk can say. Names and rooms are never spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Saying {
    /// 请刷卡，也可以直接点图片看课程。
    Welcome,
    /// 请把卡贴在亮灯的地方，听到响声再拿开。
    HoldCard,
    /// 签到成功。
    SignedIn,
    /// 签到成功，记一学分。
    SignedInCredits {
        /// Hundredths of a credit.
        credits: u32,
    },
    /// 您已经签到了，不用再刷。
    Already,
    /// 您已经签到，下课再刷卡。
    InTheMiddle,
    /// 签退成功，今天学习九十分钟。
    SignedOut {
        /// Minutes of this stay.
        minutes: u32,
    },
    /// 上次您忘了签退，已经帮您补上。
    ForgotLastTime,
    /// 上次忘了签退，按一半计，有疑问请找工作人员。
    HalfOnly,
    /// 时间不够，这次不计学分。
    TooShort,
    /// 请选您上哪门课。
    WhichClass,
    /// 您没有报这个班，请找老师。
    NotEnrolled,
    /// 座位满了。
    Full,
    /// 今天停课，补课时间请看屏幕。
    Cancelled,
    /// 换教室了，请看屏幕。
    Moved,
    /// 这张卡还没登记，请找工作人员。
    UnknownCard,
    /// 请换一张卡。
    AnotherCard,
    /// 请收好身份证，换一张卡。
    IdentityCard,
    /// 请只拿一张卡。
    OneCard,
    /// 请再贴一下，别着急。
    HoldAgain,
    /// 请把卡交给工作人员。
    LostCard,
    /// 请选您的名字。
    WhichName,
    /// 您有积分快到期了。
    Expiring,
    /// 确定要换吗？
    SureToRedeem,
    /// 还差十五积分。
    PointsShort {
        /// Points that are missing.
        points: u32,
    },
    /// 读卡器没连上，课程照常看。
    ReaderGone,
    /// 还在看吗？点一下红点继续。
    StillThere,
    /// 可以断电了。
    MaySwitchOff,
    /// 断电也不会丢。
    NothingLost,
    /// 点红点，接着学。
    Home,
    /// 标准字
    TypeNormal,
    /// 大字
    TypeLarge,
    /// 特大字
    TypeVeryLarge,
    /// 看完了，得零点二五学分。 Without credits only 看完了。
    LessonFinished {
        /// Hundredths of a credit; 0: none is named.
        credits: u32,
    },
}

/// What the loudspeaker reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SoundEvent {
    /// The loudspeaker is open.
    Ready,
    /// There is no sound. Everything else goes on; the door tries again by itself.
    Silent(Silence),
    /// The last sentence was said to its end, or there is no sound to say it with. Not sent for one that was cut.
    VoiceEnded,
}

/// Why there is no sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Silence {
    /// The settings say `none`.
    ByChoice,
    /// No such device.
    NoDevice,
    /// Somebody else holds it.
    Busy,
    /// It was there and failed.
    Failed,
}
