//! What a person can do about a workspace that was not set up, and about settings.

/// Returns what the person can do about an error with this code.
pub(super) fn hint(code: &str) -> Option<&'static str> {
    Some(match code {
        "init.root_missing" => "check the path; `motus init --path DIR` makes what is missing",
        "init.not_a_directory" => "move what stands there away; nothing of it was changed",
        "init.current_elsewhere" => {
            "move it away; if it is a link, `motus init --force` leads it back"
        }
        "init.busy" | "config.busy" => "try again",
        "config.no_home" => "set HOME, or use the project's file with --project",
        "config.no_workspace" => "make one with `motus init`",
        "config.unreadable" => "check what stands there, who may read it and how long it is",
        "config.not_written" => "check who owns what the message names, and the directory above it",
        "config.is_link" => "change the file that it leads to",
        "config.not_json" | "config.not_an_object" => {
            "correct it, or put it aside with `motus config reset`; for a project's file with --project"
        }
        "config.key_unknown" => {
            "see the settings with `motus config show`; `motus config unset KEY` takes one out of your file, with --project out of the project's"
        }
        "config.key_ignored" => "see what has an effect with `motus config show`",
        "config.key_secret" => "set the variable where it is needed, and nowhere else",
        "config.user_only" | "config.store_outside" => {
            "set it for yourself with `motus config set`; `motus config unset KEY --project` takes it out of the project's file"
        }
        "config.value_invalid" => {
            "set another with `motus config set KEY VALUE`, with --project in the project's file"
        }
        _ => return None,
    })
}
