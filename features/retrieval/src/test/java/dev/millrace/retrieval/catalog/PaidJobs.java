package dev.millrace.retrieval.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The pipeline that answers the jobs of one partition of documents, and counts the paid jobs. */
final class PaidJobs {
    private static final Pattern NAME = Pattern.compile("\"documents-\\w+-0-(\\d+)-(\\d+)-\\d+-");
    private static final Pattern TEXT = Pattern.compile("\"v(\\d+)p(\\d+) ");

    final List<EmbeddingRequest> unanswered = new ArrayList<>();
    private final List<EmbeddingTopics.Result> results = new ArrayList<>();
    private final Map<String, Integer> paid = new HashMap<>();

    List<EmbeddingTopics.Result> results() {
        return Collections.unmodifiableList(results);
    }

    /** Ends a job that waits. */
    void succeed(int index) {
        EmbeddingRequest request = unanswered.remove(index);
        Matcher name = name(request);
        paid.merge(name.group(1) + '-' + name.group(2), 1, Integer::sum);
        Matcher text = TEXT.matcher(new String(request.line(), UTF_8));
        var vectors = new ArrayList<String>();
        while (text.find()) {
            vectors.add(
                    "{\"index\":%d,\"embedding\":[%d,%d]}"
                            .formatted(
                                    vectors.size(),
                                    3 + Integer.parseInt(text.group(1)),
                                    4 + Integer.parseInt(text.group(2))));
        }
        String data = String.join(",", vectors);
        end(request, "{\"response\":{\"body\":{\"data\":[" + data + "]}},\"millrace\":{}}");
    }

    private static Matcher name(EmbeddingRequest request) {
        Matcher name = NAME.matcher(new String(request.line(), UTF_8));
        if (!name.find()) {
            throw new AssertionError("no name: " + new String(request.line(), UTF_8));
        }
        return name;
    }

    /** Returns the offset of the document that a job embeds. */
    static int documentOf(EmbeddingRequest request) {
        return Integer.parseInt(name(request).group(1));
    }

    /** Ends a job that waits with an error. */
    void fail(int index, String code) {
        end(
                unanswered.remove(index),
                "{\"response\":null,\"error\":{\"message\":\"no\"},\"millrace\":{\"error_code\":\"%s\"}}"
                        .formatted(code));
    }

    private void end(EmbeddingRequest request, String result) {
        results.add(new EmbeddingTopics.Result(request.job().value(), result.getBytes(UTF_8)));
    }

    /** Returns the highest number of payments for one set of passages of a document. */
    int mostOften() {
        return paid.values().stream().mapToInt(it -> it).max().orElse(0);
    }

    /** Returns the number of jobs that succeeded. */
    int count() {
        return paid.values().stream().mapToInt(it -> it).sum();
    }

    /** Returns true if these are the vectors of all passages of a version of a document. */
    static boolean areVectors(List<float[]> vectors, int passages, int version) {
        return vectors.size() == passages
                && IntStream.range(0, passages)
                        .allMatch(it -> isVector(vectors.get(it), 3 + version, 4 + it));
    }

    private static boolean isVector(float[] vector, int x, int y) {
        return Math.abs(vector[0] * y - vector[1] * x) < 1e-3;
    }
}
