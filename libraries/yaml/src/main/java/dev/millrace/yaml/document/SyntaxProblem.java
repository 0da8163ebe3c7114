package dev.millrace.yaml.document;

import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;

/** Describes why Jackson cannot parse a text. Does not quote the text, which can be a secret. */
public final class SyntaxProblem {
    /**
     * A position in the source, as in {@code (start marker at [Source: …; line: 1, column: 1])}.
     */
    private static final Pattern POSITION =
            Pattern.compile(" \\([^(\\[]*\\[Source: [^]]{0,500}]\\)");

    private SyntaxProblem() {}

    /**
     * Returns the reason with the line and the column, both from 1. Leaves out line 1, since most
     * texts are one line of a file or a record. The column counts bytes when the parser reads
     * bytes.
     */
    public static String describe(JacksonException e) {
        var location = e.getLocation();
        if (location == null || location.getColumnNr() < 1) {
            return reason(e);
        }
        var line = location.getLineNr() > 1 ? "line " + location.getLineNr() + ", " : "";
        return reason(e) + " (" + line + "column " + location.getColumnNr() + ")";
    }

    /**
     * Returns the reason alone: the first line of Jackson's message, without positions in the
     * source. Further lines of a YAML message quote the file.
     */
    public static String reason(JacksonException e) {
        var message = e.getOriginalMessage();
        var first = message == null ? null : message.lines().findFirst().orElse(null);
        return first == null ? "unreadable" : POSITION.matcher(first).replaceAll("");
    }

    /** Returns the line of the problem, from 1. */
    static int lineOf(JacksonException e) {
        var location = e.getLocation();
        return location == null ? 1 : Math.max(1, location.getLineNr());
    }
}
