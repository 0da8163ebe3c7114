package dev.millrace.bench.cache;

import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.cluster.NumberedRequest;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A way of a request, whose latency is measured. */
enum Way {
    /** Kafka Streams copies the request. */
    COPIED("bare Streams"),

    /** Kafka Streams copies the request behind a repartition topic. */
    REPARTITIONED("bare Streams, with a repartition"),

    /** The router writes the job to its topic. */
    ROUTED("router"),

    /** The router looks up the answer, finds none and writes the job to its topic. */
    MISS("router, cache miss"),

    /** The router finds the answer and writes the result. */
    HIT("router, cache hit"),

    /**
     * The router finds neither the question nor a similar one and writes the job to its topic, with
     * the question's embedding in its store.
     */
    SIMILAR_MISS("router, semantic miss"),

    /** The router finds a question of the same meaning and writes its answer as the result. */
    SIMILAR_HIT("router, semantic hit"),

    /** The router reserves money of the tenant's budget and writes the job to its topic. */
    BUDGET("router, tenant with a budget");

    /** Ways through plain Kafka Streams. */
    static final List<Way> BARE = List.of(COPIED, REPARTITIONED);

    /** Ways through the router. */
    static final List<Way> OF_ROUTER =
            List.of(ROUTED, MISS, HIT, SIMILAR_MISS, SIMILAR_HIT, BUDGET);

    /** The tenant with a budget. */
    static final String BUDGET_TENANT = "saver";

    /** Questions whose answers are stored before the measurement. */
    static final int KNOWN_QUESTIONS = 1_000;

    /** Questions whose answers are stored for similar ones. */
    static final int KNOWN_SIMILAR = 100;

    private static final String SIMILAR = ",\"cache\":\"semantic\"";
    private static final String CACHED = ",\"cache\":\"exact\"";

    private final String title;

    Way(String title) {
        this.title = title;
    }

    /** Returns the name in text output. */
    String title() {
        return title;
    }

    /** Returns the name in JSON. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the way without the step of this way; this way if it has no such step. */
    Way baseline() {
        return switch (this) {
            case COPIED, REPARTITIONED -> COPIED;
            case ROUTED, MISS, HIT, SIMILAR_MISS, SIMILAR_HIT, BUDGET -> ROUTED;
        };
    }

    /** Returns true if the way has a step that its baseline does not have. */
    boolean isStep() {
        return baseline() != this;
    }

    /** Creates the request with the given number. */
    ProducerRecord<byte[], byte[]> request(BenchPipeline pipeline, long number) {
        return switch (this) {
            case COPIED, ROUTED -> request(pipeline, number, NumberedRequest.TENANT, number, "");
            // The bare topology repartitions what asks for the cache.
            case REPARTITIONED, MISS ->
                    request(pipeline, number, NumberedRequest.TENANT, number, CACHED);
            case HIT -> known(pipeline, number, number);
            case SIMILAR_MISS -> similar(pipeline, number, KNOWN_SIMILAR + number, "");
            case SIMILAR_HIT ->
                    similar(pipeline, number, number % KNOWN_SIMILAR, spaces(1 + number));
            case BUDGET -> request(pipeline, number, BUDGET_TENANT, number, "");
        };
    }

    /** Creates a request whose answer is stored, or is to be stored, by its known question. */
    static ProducerRecord<byte[], byte[]> known(
            BenchPipeline pipeline, long number, long question) {
        // Questions below 0 differ from all questions of other ways.
        long asked = -1 - question % KNOWN_QUESTIONS;
        return request(pipeline, number, NumberedRequest.TENANT, asked, CACHED);
    }

    /** Creates a request that asks a question whose answer is to be stored for similar ones. */
    static ProducerRecord<byte[], byte[]> knownSimilar(
            BenchPipeline pipeline, long number, long question) {
        return similar(pipeline, number, question % KNOWN_SIMILAR, "");
    }

    private static ProducerRecord<byte[], byte[]> similar(
            BenchPipeline pipeline, long number, long ticket, String variant) {
        return NumberedRequest.asking(
                pipeline,
                number,
                "My parcel has not come on Monday,%s what should I do about ticket %d?"
                        .formatted(variant, ticket),
                SIMILAR);
    }

    /** Returns tabs for the ones and spaces for the zeros of a number: no two bodies are equal. */
    private static String spaces(long number) {
        return Long.toBinaryString(number).replace("0", " ").replace("1", "\\t");
    }

    private static ProducerRecord<byte[], byte[]> request(
            BenchPipeline pipeline, long number, String tenant, long question, String options) {
        return NumberedRequest.of(pipeline, number, tenant, question, options);
    }

    /** Returns true for a request of the way {@link #REPARTITIONED}. */
    static boolean isRepartitioned(byte[] request) {
        return endsWith(request, CACHED + "}}");
    }

    private static boolean endsWith(byte[] line, String end) {
        int begin = line.length - end.length();
        for (int i = 0; i < end.length(); i++) {
            if (begin < 0 || line[begin + i] != end.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
