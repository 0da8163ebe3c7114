package dev.millrace.standalone.audit;

import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import dev.millrace.standalone.audit.log.LogLine;
import dev.millrace.standalone.audit.log.LogLineParser;
import dev.millrace.standalone.console.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Adds up the lines of usage logs by the names of their models. The sums do not depend on the order
 * of the lines. Memory is bounded: names beyond the first {@value #MAX_NAMES} share one sum. Used
 * by one thread.
 */
public final class LogTotals {
    /** Names of models that are kept apart. */
    static final int MAX_NAMES = 1_000;

    /** Stands for all names beyond {@link #MAX_NAMES}. */
    static final String OTHER_NAMES = "(further names)";

    private static final int MAX_LINE_MIB = 16;
    private static final int BYTES_PER_MIB = 1024 * 1024;
    private static final int MAX_SAMPLES = 10;

    private final Bands inputBands;
    private final Bands totalBands;
    private final LogLineParser parser = new LogLineParser();
    private final Map<String, Map<RequestGroup.Key, RequestGroup>> groupsByName = new HashMap<>();
    private final Map<String, Long> notBilled = new TreeMap<>();
    private final List<UnreadableLine> samples = new ArrayList<>();
    private long files;
    private long lines;
    private long unreadable;
    private long timed;
    private @Nullable Instant first;
    private @Nullable Instant last;

    LogTotals(Bands inputBands, Bands totalBands) {
        this.inputBands = inputBands;
        this.totalBands = totalBands;
    }

    /** A line that was not understood. */
    public record UnreadableLine(String file, long number, String reason) {
        /** Returns the line's place and the reason, such as {@code log.jsonl:3 has no model}. */
        public String text() {
            return file + ":" + number + " " + reason;
        }
    }

    /**
     * Reads a log to its end and closes it.
     *
     * @param name name of the file, for messages
     * @throws UserError if the file has no line that is understood
     */
    public void read(String name, InputStream log) throws IOException {
        long linesBefore = lines;
        long unreadableBefore = unreadable;
        int samplesBefore = samples.size();
        try (var reader = new BatchFileReader(log, MAX_LINE_MIB * BYTES_PER_MIB)) {
            for (BatchLine line = reader.next(); line != null; line = reader.next()) {
                lines++;
                add(name, line);
            }
        }
        files++;
        if (lines - linesBefore == unreadable - unreadableBefore) {
            throw UserError.failure(
                    name
                            + (lines == linesBefore
                                    ? " is empty"
                                    : " has no readable line"
                                            + samples.stream()
                                                    .skip(samplesBefore)
                                                    .findFirst()
                                                    .map(it -> ": " + it.text())
                                                    .orElse("")));
        }
    }

    private void add(String file, BatchLine line) {
        LogLine content =
                line.isOversize()
                        ? new LogLine.Unreadable("has more than " + MAX_LINE_MIB + " MiB")
                        : parser.parse(line.bytes());
        switch (content) {
            case LogLine.Billed request -> add(request);
            case LogLine.NotBilled(String reason) -> notBilled.merge(reason, 1L, Long::sum);
            case LogLine.Unreadable(String reason) -> {
                unreadable++;
                if (samples.size() < MAX_SAMPLES) {
                    samples.add(new UnreadableLine(file, line.number(), reason));
                }
            }
        }
    }

    private void add(LogLine.Billed request) {
        String name =
                groupsByName.containsKey(request.model()) || groupsByName.size() < MAX_NAMES
                        ? request.model()
                        : OTHER_NAMES;
        var key =
                new RequestGroup.Key(
                        inputBands.of(request.usage().inputTokens()),
                        totalBands.of(request.usage().totalTokens()),
                        request.spentUsd().isPresent());
        groupsByName
                .computeIfAbsent(name, _ -> new HashMap<>())
                .computeIfAbsent(key, RequestGroup::new)
                .add(request);
        request.time().ifPresent(this::add);
    }

    private void add(Instant time) {
        timed++;
        first = first == null || time.isBefore(first) ? time : first;
        last = last == null || time.isAfter(last) ? time : last;
    }

    Map<String, Collection<RequestGroup>> groups() {
        var groups = new TreeMap<String, Collection<RequestGroup>>();
        groupsByName.forEach((name, byKey) -> groups.put(name, byKey.values()));
        return groups;
    }

    /** Returns what was read. */
    LogExtent extent() {
        return new LogExtent(
                files,
                lines,
                Collections.unmodifiableMap(notBilled),
                unreadable,
                List.copyOf(samples),
                timed,
                Optional.ofNullable(first),
                Optional.ofNullable(last));
    }
}
