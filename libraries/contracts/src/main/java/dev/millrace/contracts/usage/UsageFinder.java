package dev.millrace.contracts.usage;

import dev.millrace.contracts.job.Endpoint;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * Finds the counts of a body, even an invalid answer or one that is not JSON, because the provider
 * bills all computed tokens. Reads the body from front to back, without building a tree.
 */
public final class UsageFinder {
    /** Accepts numbers that JSON does not have, and other deviations of servers. */
    private static final JsonFactory LENIENT =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxStringLength(Integer.MAX_VALUE)
                                    .build())
                    .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                    .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
                    .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
                    .build();

    private static final byte[] USAGE = {'"', 'u', 's', 'a', 'g', 'e', '"'};

    /** Maximum size of an object read from a body that is not JSON. */
    private static final int MAX_OBJECT_BYTES = 64 * 1024;

    /** Maximum number of keys tried in a body that is not JSON. */
    private static final int MAX_KEYS = 8;

    private final Map<String, ReportedCounts> found = new HashMap<>();

    private UsageFinder() {}

    /**
     * Returns the reported input and output tokens of an answer, or else their reported total;
     * empty if the answer reports neither.
     */
    public static OptionalLong tokens(byte[] body, @Nullable Endpoint endpoint) {
        Optional<ReportedCounts> found = find(body);
        if (found.isEmpty()) {
            return OptionalLong.empty();
        }
        ReportedUsage reported = UsageRules.ofRequest(found.get(), endpoint);
        long total = found.get().max(CountMeaning.TOTAL);
        return reported.usage()
                .map(it -> OptionalLong.of(it.totalTokens()))
                .orElse(total > 0 ? OptionalLong.of(total) : OptionalLong.empty());
    }

    /**
     * Returns the counts of the most reliable {@linkplain CountTable#PLACES place} that has any;
     * counts above 0 are preferred.
     */
    public static Optional<ReportedCounts> find(byte[] body) {
        var finder = new UsageFinder();
        try (JsonParser json = LENIENT.createParser(ObjectReadContext.empty(), body)) {
            if (json.nextToken() == JsonToken.START_OBJECT) {
                finder.read(json, "");
            }
        } catch (JacksonException e) {
            // The counts found so far are the best of the body.
        }
        return finder.best().or(() -> lastIn(body));
    }

    private void read(JsonParser json, String path) {
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String inner = path + json.currentName();
            JsonToken value = json.nextToken();
            if (value == JsonToken.START_OBJECT) {
                readObject(json, inner);
            } else if (value == JsonToken.START_ARRAY && isOnTheWay(inner + "[].")) {
                readItems(json, inner + "[]");
            } else {
                json.skipChildren();
            }
        }
    }

    private void readItems(JsonParser json, String path) {
        for (JsonToken item = json.nextToken();
                item != null && item != JsonToken.END_ARRAY;
                item = json.nextToken()) {
            if (item == JsonToken.START_OBJECT) {
                readObject(json, path);
            } else {
                json.skipChildren();
            }
        }
    }

    private void readObject(JsonParser json, String path) {
        if (CountTable.PLACES.contains(path)) {
            ReportedCounts known = found.get(path);
            ReportedCounts counts = ReportedCounts.read(json);
            if (known == null || !known.hasPositive()) {
                found.put(path, counts);
            }
        } else if (isOnTheWay(path + ".")) {
            read(json, path + ".");
        } else {
            json.skipChildren();
        }
    }

    private static boolean isOnTheWay(String prefix) {
        return CountTable.PLACES.stream().anyMatch(it -> it.startsWith(prefix));
    }

    private Optional<ReportedCounts> best() {
        List<ReportedCounts> inOrder =
                CountTable.PLACES.stream()
                        .map(found::get)
                        .filter(Objects::nonNull)
                        .filter(ReportedCounts::hasTokens)
                        .toList();
        return inOrder.stream()
                .filter(ReportedCounts::hasPositive)
                .findFirst()
                .or(() -> inOrder.stream().findFirst());
    }

    /** Returns the counts of the last key {@code "usage"} whose object is complete. */
    private static Optional<ReportedCounts> lastIn(byte[] body) {
        int at = lastKey(body, body.length);
        for (int keys = 0; at >= 0 && keys < MAX_KEYS; keys++) {
            Optional<ReportedCounts> counts = objectAfter(body, at + USAGE.length);
            if (counts.isPresent()) {
                return counts;
            }
            at = lastKey(body, at);
        }
        return Optional.empty();
    }

    /** Returns the index of the last key that ends before {@code end}; -1 without one. */
    private static int lastKey(byte[] body, int end) {
        for (int i = end - USAGE.length; i >= 0; i--) {
            if (Arrays.equals(body, i, i + USAGE.length, USAGE, 0, USAGE.length)) {
                return i;
            }
        }
        return -1;
    }

    private static Optional<ReportedCounts> objectAfter(byte[] body, int start) {
        int colon = skipBlanks(body, start);
        int brace = skipBlanks(body, colon + 1);
        if (brace >= body.length || body[colon] != ':' || body[brace] != '{') {
            return Optional.empty();
        }
        int length = Math.min(body.length - brace, MAX_OBJECT_BYTES);
        try (JsonParser json =
                LENIENT.createParser(ObjectReadContext.empty(), body, brace, length)) {
            json.nextToken();
            return Optional.of(ReportedCounts.read(json)).filter(ReportedCounts::hasTokens);
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static int skipBlanks(byte[] body, int start) {
        int i = start;
        while (i < body.length && body[i] <= ' ' && body[i] >= 0) {
            i++;
        }
        return i;
    }
}
