//! The page that a system shows of a job, within the size that it takes.

/// The longest page: a system that takes 1 MiB shows nothing at all of a longer one.
const LIMIT: usize = 1_000_000;

/// What stands in the place of the rest.
const REMARK: &str = "\n(cut: `motus run show` has all of it)\n";

/// Returns the lines of a page that are shown; where some are left out, the page says so.
pub fn summary(page: &str) -> String {
    if page.len() <= LIMIT {
        return page.to_owned();
    }
    let most = page.floor_char_boundary(LIMIT.saturating_sub(REMARK.len()));
    let head = page.get(..most).unwrap_or_default();
    let end = head.rfind('\n').map_or(0, |end| end.saturating_add(1));
    let mut shown = head.get(..end).unwrap_or_default().to_owned();
    shown.push_str(REMARK);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_cut_at_a_line_and_says_so() {
        assert_eq!(summary("# a\n"), "# a\n");
        let page = "é line\n".repeat(200_000);
        let shown = summary(&page);
        assert!(shown.len() <= LIMIT && shown.len() > LIMIT - 100, "{}", shown.len());
        let (lines, rest) = shown.split_at(shown.len() - REMARK.len());
        assert!(rest == REMARK && lines.ends_with("é line\n") && page.starts_with(lines));
        assert_eq!(summary(&"x".repeat(2 * LIMIT)), REMARK);
    }
}
