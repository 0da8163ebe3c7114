package dev.millrace.standalone.log;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import org.slf4j.event.KeyValuePair;

/**
 * Formats the message and key-values of an event. Escapes text from clients, so that it can neither
 * begin a line nor look like another key-value. Created by Logback.
 */
final class EscapedEvent extends ClassicConverter {
    /** Created by Logback. */
    EscapedEvent() {}

    @Override
    public String convert(ILoggingEvent event) {
        var line = new StringBuilder();
        append(line, event.getFormattedMessage(), false);
        if (event.getKeyValuePairs() != null) {
            for (KeyValuePair pair : event.getKeyValuePairs()) {
                line.append(' ').append(pair.key).append("=\"");
                append(line, String.valueOf(pair.value), true);
                line.append('"');
            }
        }
        return line.toString();
    }

    private static void append(StringBuilder line, String text, boolean isQuoted) {
        text.codePoints()
                .forEach(
                        code -> {
                            if (isQuoted && (code == '"' || code == '\\')) {
                                line.append('\\').appendCodePoint(code);
                            } else if (isHarmless(code)) {
                                line.appendCodePoint(code);
                            } else if (code == '\n') {
                                line.append("\\n");
                            } else {
                                line.append("\\u%04x".formatted(code));
                            }
                        });
    }

    /** Returns false for what moves the cursor, ends a line or turns the direction of a text. */
    private static boolean isHarmless(int code) {
        return switch (Character.getType(code)) {
            case Character.CONTROL,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.FORMAT ->
                    false;
            default -> true;
        };
    }
}
