package dev.millrace.standalone.audit.log;

import dev.millrace.producer.file.JsonLines;
import dev.millrace.standalone.console.UserError;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the entries of a log file one by one: of JSON lines, of JSON that is a list or goes over
 * several lines, or of a table with a header. Holds one entry in memory. Used by one thread.
 */
public interface LogReader extends AutoCloseable {
    /** Largest entry in bytes. */
    int MAX_BYTES = 16 * 1024 * 1024;

    /** Number of bytes at the beginning of a file that determine its format. */
    int SNIFFED_BYTES = 64 * 1024;

    /** Reason for an entry above {@link #MAX_BYTES}. */
    String TOO_LARGE = "has more than 16 MiB";

    /** Returns the next entry; null at the end of the file. */
    @Nullable LogEntry next() throws IOException;

    /** Closes the file. */
    @Override
    void close() throws IOException;

    /**
     * Opens a reader for the format detected at the beginning of the file. The file can be
     * compressed with gzip or zstd, and encoded in UTF-16 or UTF-32.
     *
     * @param name name of the file, for messages
     * @throws UserError if the file is neither JSON nor a table with token counts
     */
    static LogReader open(String name, InputStream file) throws IOException {
        BufferedInputStream in = JsonLines.text(name, file);
        in.mark(SNIFFED_BYTES);
        byte[] start = in.readNBytes(SNIFFED_BYTES);
        in.reset();
        String text = new String(start, StandardCharsets.UTF_8).replaceFirst("^\\uFEFF", "");
        String first = text.lines().filter(it -> !it.isBlank()).findFirst().orElse("").strip();
        if (first.startsWith("[") || (first.startsWith("{") && isContinued(first))) {
            return new JsonValueReader(in);
        }
        return first.startsWith("{") || TableReader.isNone(first)
                ? new JsonLineReader(in)
                : TableReader.open(name, in);
    }

    /** Returns true if the value on a line continues on the next line, or a comma follows it. */
    private static boolean isContinued(String line) {
        char last = line.charAt(line.length() - 1);
        if ("{[,:".indexOf(last) < 0) {
            return false;
        }
        if (last == ',') {
            return true;
        }
        try {
            new JsonMapper().readTree(line);
            return false;
        } catch (UnexpectedEndOfInputException e) {
            return true;
        } catch (JacksonException e) {
            return false;
        }
    }
}
