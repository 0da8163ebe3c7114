package dev.millrace.retrieval.extract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.regex.Pattern;
import org.apache.tika.mime.MediaType;

/** Checks and normalizes extracted text. Takes time in proportion to the text. */
final class PlainText {
    static final String SUPPORTED = "text, Markdown, HTML and PDF are supported";

    /** A line end with the spaces before it. Starts only where a run of spaces starts. */
    private static final Pattern LINE_END =
            Pattern.compile("(?<![\\h\\x0B\\f])[\\h\\x0B\\f]*+\\r?\\n|\\r");

    private static final Pattern BLANK_LINES = Pattern.compile("\\n{3,}");

    private static final long UNREADABLE_SHARE = 50;

    private PlainText() {}

    static Extraction extraction(MediaType type, String raw) {
        if (raw.length() > TextExtractor.MAX_CHARS) {
            return tooLong();
        }
        if (!isReadable(raw)) {
            return new Extraction.Refused("is not text; only " + SUPPORTED);
        }
        // A half of a surrogate pair cannot be stored.
        String legal =
                UTF_8.newEncoder().canEncode(raw) ? raw : new String(raw.getBytes(UTF_8), UTF_8);
        String lines = LINE_END.matcher(legal).replaceAll("\n");
        String text = BLANK_LINES.matcher(lines).replaceAll("\n\n").strip();
        return text.isEmpty()
                ? new Extraction.Refused(
                        TikaParser.isPdf(type)
                                ? "has no text; pages that are pictures are not read"
                                : "has no text")
                : new Extraction.Extracted(type.toString(), text);
    }

    static Extraction tooLong() {
        return new Extraction.Refused(
                "has more than %,d characters of text; divide it"
                        .formatted(TextExtractor.MAX_CHARS));
    }

    /** Returns false if more than one of 50 characters is a control character or undecodable. */
    private static boolean isReadable(String text) {
        long unreadable =
                text.chars()
                        .filter(
                                it ->
                                        it == '\uFFFD'
                                                || (Character.isISOControl(it)
                                                        && !Character.isWhitespace(it)))
                        .count();
        return UNREADABLE_SHARE * unreadable <= text.length();
    }
}
