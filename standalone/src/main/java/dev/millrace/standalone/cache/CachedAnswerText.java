package dev.millrace.standalone.cache;

import dev.millrace.standalone.cache.CachedAnswerReader.CachedAnswer;
import dev.millrace.standalone.console.WholeSeconds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Formats cached answers as text. */
final class CachedAnswerText {
    private static final int MAX_QUESTION = 100;

    /** Characters that a question must not send to a terminal. */
    private static final Pattern CONTROLS = Pattern.compile("\\p{C}+");

    private CachedAnswerText() {}

    /**
     * Returns one line for each answer.
     *
     * @param limit maximum number of answers; at this number, the text reports that more may exist
     */
    static List<String> of(List<CachedAnswer> answers, int limit) {
        if (answers.isEmpty()) {
            return List.of("no cached answers");
        }
        var lines = new ArrayList<>(answers.stream().map(CachedAnswerText::line).toList());
        if (answers.size() == limit) {
            lines.add(
                    String.format(
                            Locale.ROOT,
                            "There may be more than these %,d; --limit N lists more",
                            limit));
        }
        return lines;
    }

    private static String line(CachedAnswer answer) {
        String question = answer.question() == null ? "" : shown(answer.question().text());
        return String.format(
                        Locale.ROOT,
                        "%s  %s  %s  %s  %,d bytes  %s",
                        answer.cacheKey(),
                        WholeSeconds.of(Instant.ofEpochMilli(answer.info().createdMillis())),
                        shown(answer.info().model()),
                        shown(answer.info().tenant()),
                        answer.info().bytes(),
                        question)
                .stripTrailing();
    }

    private static String shown(String text) {
        String line = CONTROLS.matcher(text).replaceAll(" ").strip();
        return line.length() <= MAX_QUESTION ? line : line.substring(0, MAX_QUESTION) + "…";
    }
}
