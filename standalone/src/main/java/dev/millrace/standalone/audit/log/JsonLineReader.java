package dev.millrace.standalone.audit.log;

import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Reads a log with one JSON value on each line. */
final class JsonLineReader implements LogReader {
    private final BatchFileReader lines;
    private final LogLineParser parser = new LogLineParser();

    JsonLineReader(InputStream in) {
        lines = new BatchFileReader(in, MAX_BYTES);
    }

    @Override
    public @Nullable LogEntry next() throws IOException {
        BatchLine line = lines.next();
        if (line == null) {
            return null;
        }
        return line.isOversize()
                ? LogEntry.unreadable(line.number(), TOO_LARGE)
                : new LogEntry(line.number(), parser.parse(line.bytes()));
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
