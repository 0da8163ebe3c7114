package dev.millrace.standalone.audit.log;

import java.util.List;

/**
 * An entry of a log file, such as a line.
 *
 * @param number line at which the entry begins, from 1
 */
public record LogEntry(long number, List<LogLine> content) {
    static LogEntry unreadable(long number, String reason) {
        return new LogEntry(number, List.of(new LogLine.Unreadable(reason)));
    }
}
