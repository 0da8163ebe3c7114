package dev.millrace.wire.error;

import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the visible text of a page of HTML or XML. */
final class PageText {
    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.DOTALL;

    private static final Pattern START = Pattern.compile("<!doctype|<html\\b", FLAGS);

    private static final Pattern TYPE =
            Pattern.compile(
                    "^\\s*(text/html|application/xhtml\\+xml|text/xml|application/xml)\\b.*",
                    FLAGS);

    /** The beginning of a tag, or of a part without visible text. */
    private static final Pattern TAG = Pattern.compile("<(!--|script\\b|style\\b)?", FLAGS);

    /** Ends of the parts without visible text, by their beginnings. */
    private static final Map<String, Pattern> ENDS =
            Map.of(
                    "!--",
                    Pattern.compile("-->", FLAGS),
                    "script",
                    Pattern.compile("</script[^>]{0,100}>", FLAGS),
                    "style",
                    Pattern.compile("</style[^>]{0,100}>", FLAGS),
                    "",
                    Pattern.compile(">", FLAGS));

    private static final Pattern ENTITY = Pattern.compile("&(#[0-9]{1,6}|[a-z]{2,8});?");

    /** Entities of characters that are no markup; all others become blanks. */
    private static final Map<String, String> ENTITIES =
            Map.of("amp", "&", "quot", "\"", "apos", "'", "#39", "'", "#34", "\"", "rsquo", "'");

    private PageText() {}

    /** Returns true for the content type of a page. */
    static boolean isTypeOfPage(String contentType) {
        return TYPE.matcher(contentType).matches();
    }

    /** Returns where a page begins in a text: 0 if only blanks come before it; -1 for no page. */
    static int start(String text) {
        Matcher start = START.matcher(text);
        if (!start.find()) {
            return -1;
        }
        return text.substring(0, start.start()).isBlank() ? 0 : start.start();
    }

    /** Returns the visible text in one line, without markup. */
    static String of(String page) {
        var text = new StringBuilder();
        Matcher tag = TAG.matcher(page);
        int end = 0;
        while (end >= 0 && tag.find(end)) {
            text.append(page, end, tag.start()).append(' ');
            end = end(page, tag);
        }
        return decoded(end < 0 ? text : text.append(page, end, page.length()));
    }

    /** Returns the position after a tag and the part that it hides; -1 if it does not end. */
    private static int end(String page, Matcher tag) {
        String hidden = tag.group(1) == null ? "" : tag.group(1).toLowerCase(Locale.ROOT);
        Matcher end = Objects.requireNonNull(ENDS.get(hidden)).matcher(page);
        return end.find(tag.end()) ? end.end() : -1;
    }

    private static String decoded(CharSequence text) {
        return ENTITY.matcher(text)
                .replaceAll(it -> ENTITIES.getOrDefault(it.group(1), " "))
                .replaceAll("\\s+", " ")
                .strip();
    }
}
