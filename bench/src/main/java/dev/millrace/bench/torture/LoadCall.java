package dev.millrace.bench.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.simulator.answer.AnswerGenerator;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * A call of the load, whose answer repeats the marker at the beginning of its prompt.
 *
 * @param options members of the object {@code millrace}; empty for none
 */
record LoadCall(Endpoint endpoint, String model, String prompt, String options) {
    private static final List<Endpoint> DRAWN =
            Stream.of(
                            Collections.nCopies(4, Endpoint.CHAT_COMPLETIONS),
                            Collections.nCopies(3, Endpoint.MESSAGES),
                            Collections.nCopies(2, Endpoint.RESPONSES),
                            List.of(Endpoint.COMPLETIONS, Endpoint.EMBEDDINGS))
                    .flatMap(List::stream)
                    .toList();
    private static final String QUESTION = " Where is my parcel?";
    private static final String CACHED = "\"cache\":\"exact\"";
    private static final String SPLIT = "\"split\":{\"size\":200}";
    private static final int PARAGRAPHS = 30;
    private static final int LARGE_BYTES = 10_000_000;

    /** Draws a call: one in eight may be answered by the cache, one in eighty is split. */
    static LoadCall draw(RandomGenerator random, Marker marker) {
        int kind = random.nextInt(80);
        if (kind < 10) {
            String repeated = marker.repeated(random);
            var fixed = new SplittableRandom(repeated.hashCode());
            return draw(fixed, repeated + QUESTION, CACHED);
        }
        String own = marker.next();
        return kind == 10
                ? draw(random, (own + " The ship met heavy rain. \n\n").repeat(PARAGRAPHS), SPLIT)
                : draw(random, own + QUESTION, "");
    }

    private static LoadCall draw(RandomGenerator random, String prompt, String options) {
        Endpoint endpoint = DRAWN.get(random.nextInt(DRAWN.size()));
        return new LoadCall(endpoint, LoadModel.draw(random), prompt, options);
    }

    LoadCall with(Endpoint other) {
        return new LoadCall(other, model, prompt, options);
    }

    LoadCall withModel(String other) {
        return new LoadCall(endpoint, other, prompt, options);
    }

    /** Returns a call with ten million bytes. */
    LoadCall large() {
        return new LoadCall(endpoint, model, prompt + " again".repeat(LARGE_BYTES / 6), options);
    }

    String marker() {
        return Marker.in(prompt).orElseThrow();
    }

    /** Returns the body for the provider. */
    String body(boolean isStream) {
        return "{\"model\":\"" + model + "\"," + fields(isStream) + "}";
    }

    /** Returns the body for a gateway, with the options. */
    String gatewayBody(boolean isStream) {
        return "{\"model\":\"%s\",\"millrace\":{%s},%s}"
                .formatted(model, options, fields(isStream));
    }

    private String fields(boolean isStream) {
        String text = "\"" + prompt.replace("\n", "\\n") + "\"";
        String fields =
                switch (endpoint) {
                    case CHAT_COMPLETIONS, MESSAGES ->
                            "\"max_tokens\":80,\"messages\":[{\"role\":\"user\",\"content\":"
                                    + text
                                    + "}]";
                    case RESPONSES -> "\"max_output_tokens\":80,\"input\":" + text;
                    case COMPLETIONS -> "\"max_tokens\":80,\"prompt\":" + text;
                    case EMBEDDINGS -> "\"dimensions\":4,\"input\":" + text;
                };
        return isStream && endpoint != Endpoint.EMBEDDINGS ? fields + ",\"stream\":true" : fields;
    }

    /** Returns true if a text, or the number of an embedding, answers the prompt of a marker. */
    static boolean isAnswer(String text, String marker) {
        return Marker.in(text)
                .map(marker::equals)
                .orElseGet(() -> text.equals(embedding(marker)));
    }

    private static String embedding(String marker) {
        var call = new LoadCall(Endpoint.EMBEDDINGS, "any", marker + QUESTION, "");
        var answer =
                AnswerGenerator.expected(call.endpoint.url(), call.body(false).getBytes(UTF_8));
        return String.valueOf(answer.embeddings().getFirst().vector()[0]);
    }
}
