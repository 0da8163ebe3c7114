package dev.millrace.standalone.batch;

import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.ParsedLine;
import dev.millrace.standalone.console.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** Reports each line with a problem as soon as it is read, with its file and number. */
final class LineProblemReport {
    private final Terminal terminal;
    private long lines;
    private long problems;

    /** Creates a report to the given terminal. */
    LineProblemReport(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * Reads a file to the end.
     *
     * @param receiver receives each line, after its problem was reported
     */
    void read(String file, InputStream in, int maxLineBytes, Consumer<ParsedLine> receiver)
            throws IOException {
        try (var reader = BatchFileReader.open(file, in, maxLineBytes)) {
            for (BatchLine line = reader.next(); line != null; line = reader.next()) {
                ParsedLine parsed = ParsedLine.of(line);
                onLine(file, parsed, maxLineBytes);
                receiver.accept(parsed);
            }
        }
    }

    private void onLine(String file, ParsedLine line, int maxLineBytes) {
        lines++;
        Optional<String> problem = line.problem(maxLineBytes);
        if (problem.isPresent()) {
            problems++;
            terminal.say(file + ":" + line.source().number() + " " + problem.get());
        }
    }

    /** Prints the number of lines, and the number of lines with a problem. */
    void end(String action) {
        terminal.out()
                .println(
                        String.format(
                                Locale.ROOT,
                                "%,d lines %s, %,d with problems",
                                lines,
                                action,
                                problems));
    }

    /** Returns true if no line has a problem. */
    boolean isClean() {
        return problems == 0;
    }
}
