// SPDX-License-Identifier: GPL-3.0-or-later
//! Compiles the pages, their words and their pictures into the program.

fn main() -> Result<(), slint_build::CompileError> {
    // Names of elements are for tests only; labels and roles need none.
    let config = slint_build::CompilerConfiguration::new()
        .embed_resources(slint_build::EmbedResourcesKind::EmbedFiles)
        .with_bundled_translations("lang")
        .with_default_translation_context(slint_build::DefaultTranslationContext::None);
    slint_build::compile_with_config("ui/app.slint", config)
}
