// SPDX-License-Identifier: GPL-3.0-or-later
//! Compiles the pages, their words and their pictures into the program.

fn main() -> Result<(), slint_build::CompileError> {
    // Tests and the driver of a real process look elements up; a release needs no names.
    let looked_at = std::env::var_os("PROFILE").is_some_and(|profile| profile == "debug");
    let config = slint_build::CompilerConfiguration::new()
        .with_debug_info(looked_at)
        .embed_resources(slint_build::EmbedResourcesKind::EmbedFiles)
        .with_bundled_translations("lang")
        .with_default_translation_context(slint_build::DefaultTranslationContext::None);
    slint_build::compile_with_config("ui/app.slint", config)
}
