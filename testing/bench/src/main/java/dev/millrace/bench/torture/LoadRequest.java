package dev.millrace.bench.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.contracts.job.JobId;
import dev.millrace.simulator.answer.AnswerGenerator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * A request of the load, whose answer repeats the marker at the beginning of its prompt.
 *
 * @param customId unique in its batch
 * @param prompt as a JSON string has it
 * @param options members of the object {@code millrace}; empty for none
 */
record LoadRequest(
        String customId, Endpoint endpoint, String model, String prompt, String options) {
    private static final List<Endpoint> ENDPOINTS = List.copyOf(Endpoints.SHIPPED.all());
    private static final String MESSAGES =
            "\"max_tokens\":80,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]";
    private static final Map<Endpoint, String> FIELDS =
            Map.of(
                    Endpoint.CHAT_COMPLETIONS, MESSAGES,
                    Endpoint.MESSAGES, MESSAGES,
                    Endpoint.RESPONSES, "\"max_output_tokens\":80,\"input\":\"%s\"",
                    Endpoint.COMPLETIONS, "\"max_tokens\":80,\"prompt\":\"%s\"",
                    Endpoint.EMBEDDINGS, "\"dimensions\":4,\"input\":\"%s\"");
    private static final String QUESTION = " Where is my parcel?";
    private static final String CACHED = "\"cache\":\"exact\"";

    /** Finds a document of the request's tenant: {@link Load} adds one for each. */
    static final String COLLECTION = "parcels";

    private static final String RETRIEVAL =
            "\"retrieval\":{\"collection\":\"%s\",\"on_empty\":\"call\"}".formatted(COLLECTION);
    private static final String PARAGRAPH = " The ship met heavy rain.\\n\\n";
    private static final int PARAGRAPHS = 60;
    private static final int LARGE_BYTES = 10_000_000;
    private static final int LARGE_ONE_IN = 2_000;

    /**
     * Draws a request: one in eight may be answered by the cache, one in twenty gets passages of a
     * document, one in eighty is split, and one in 2,500 has ten million bytes.
     */
    static LoadRequest draw(RandomGenerator random, Marker marker) {
        int kind = random.nextInt(80);
        String own = marker.next();
        if (kind < 10) {
            String repeated = marker.repeated(random);
            var same = new SplittableRandom(repeated.hashCode());
            return draw(same, repeated + own, repeated + QUESTION, CACHED);
        }
        if (kind > 14) {
            String more = random.nextInt(LARGE_ONE_IN) == 0 ? " again".repeat(LARGE_BYTES / 6) : "";
            return draw(random, own, own + QUESTION + more, "");
        }
        if (kind > 10) {
            return draw(random, own, own + QUESTION, RETRIEVAL);
        }
        // The joins of the parts have the marker, too.
        String split = "\"split\":{\"size\":400,\"reduce\":\"%s\"}".formatted(own);
        return draw(random, own, (own + PARAGRAPH).repeat(PARAGRAPHS), split);
    }

    private static LoadRequest draw(
            RandomGenerator random, String customId, String prompt, String options) {
        return new LoadRequest(customId, endpoint(random), LoadModel.draw(random), prompt, options);
    }

    static Endpoint endpoint(RandomGenerator random) {
        return ENDPOINTS.get(random.nextInt(ENDPOINTS.size()));
    }

    /** Returns a request to another endpoint, which may be unable to split or find documents. */
    LoadRequest with(Endpoint other) {
        boolean isRefused = !options.equals(CACHED) && !other.hasMessages();
        return new LoadRequest(customId, other, model, prompt, isRefused ? "" : options);
    }

    LoadRequest withUnknownModel() {
        return new LoadRequest(customId, endpoint, "no-such-model", prompt, options);
    }

    String marker() {
        return Marker.in(prompt).orElseThrow();
    }

    String jobId(String tenant, String batch) {
        return JobId.of(tenant, batch, customId).value();
    }

    /**
     * Returns the line of a file or record.
     *
     * @param members of the object {@code millrace}
     */
    String line(boolean isStream, String members) {
        return "{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"%s\",\"body\":%s,\"millrace\":{%s}}"
                .formatted(customId, endpoint.url(), body(isStream), members);
    }

    /** Returns the body for a gateway, with the options. */
    String gatewayBody(boolean isStream) {
        return "{\"millrace\":{" + options + "}," + body(isStream).substring(1);
    }

    /** Returns the body for the provider. */
    String body(boolean isStream) {
        String fields = Objects.requireNonNull(FIELDS.get(endpoint));
        boolean isEmbedding = endpoint == Endpoint.EMBEDDINGS;
        String stream = isStream && !isEmbedding ? "\"stream\":true," : "";
        String name = isEmbedding ? LoadModel.EMBEDDING : model;
        String text = isEmbedding ? marker() + QUESTION : prompt;
        return "{\"model\":\"" + name + "\"," + stream + fields.formatted(text) + "}";
    }

    /** Returns true if a text, or the number of an embedding, answers the prompt of a marker. */
    static boolean isAnswer(String text, String marker) {
        return Marker.in(text).map(marker::equals).orElseGet(() -> text.equals(embedding(marker)));
    }

    private static String embedding(String marker) {
        var request = new LoadRequest("", Endpoint.EMBEDDINGS, "any", marker + QUESTION, "");
        var answer =
                AnswerGenerator.expected(
                        request.endpoint.url(), request.body(false).getBytes(UTF_8));
        return String.valueOf(answer.embeddings().getFirst().vector()[0]);
    }
}
