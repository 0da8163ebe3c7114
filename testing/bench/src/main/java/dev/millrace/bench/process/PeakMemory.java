package dev.millrace.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The peak memory of a process.
 *
 * @param residentMib peak resident memory; 0 where the system does not report it
 * @param heapMib largest heap use before a collection
 * @param liveHeapMib largest heap use after a collection; may include garbage of the old generation
 */
public record PeakMemory(long residentMib, long heapMib, long liveHeapMib) {
    private static final Pattern COLLECTION = Pattern.compile("(\\d+)M->(\\d+)M\\(\\d+M\\)");

    /** Returns the JVM option that logs collections for {@link #ofHeap}. */
    public static String heapOption(Path log) {
        return "-Xlog:gc:file=" + log + "::filecount=0";
    }

    /**
     * Reads the peak heap use from a GC log; zero if there is none.
     *
     * @throws IOException when the log cannot be read
     */
    public static PeakMemory ofHeap(long residentMib, Path log) throws IOException {
        long before = 0;
        long after = 0;
        if (!Files.exists(log)) {
            return new PeakMemory(residentMib, before, after);
        }
        try (var reader = Files.newBufferedReader(log)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                Matcher collection = COLLECTION.matcher(line);
                if (collection.find()) {
                    before = Math.max(before, Long.parseLong(collection.group(1)));
                    after = Math.max(after, Long.parseLong(collection.group(2)));
                }
            }
        }
        return new PeakMemory(residentMib, before, after);
    }
}
