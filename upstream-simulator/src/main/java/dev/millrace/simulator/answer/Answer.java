package dev.millrace.simulator.answer;

import java.util.List;

/**
 * The answer to one request body.
 *
 * @param operation the operation that was asked for
 * @param model the model's name as it was asked for
 * @param hash 12 hexadecimal digits of the SHA-256 of the prompt; the same for the same
 *     conversation on both wires
 * @param choices the texts; empty for embeddings
 * @param embeddings the vectors; empty for everything else
 * @param usage tokens as billed
 * @param maxOutput tokens that one choice may have; 0 when the request sets no limit
 * @param delivery how the client wants to have it
 */
public record Answer(
        Operation operation,
        String model,
        String hash,
        List<Choice> choices,
        List<Embedding> embeddings,
        Usage usage,
        int maxOutput,
        Delivery delivery)
        implements Answering {
    /**
     * How an answer is to be delivered.
     *
     * @param stream as server-sent events
     * @param includeUsage with a last event that has the usage ({@code
     *     stream_options.include_usage})
     * @param base64 embeddings as base64 of little-endian floats
     */
    public record Delivery(boolean stream, boolean includeUsage, boolean base64) {}

    public Answer {
        choices = List.copyOf(choices);
        embeddings = List.copyOf(embeddings);
    }

    /** The first choice's text; empty for embeddings. */
    public String text() {
        return choices.isEmpty() ? "" : choices.getFirst().text();
    }

    /** The same answer, cut by the content filter. */
    public Answer filtered() {
        List<Choice> cut =
                choices.stream()
                        .map(choice -> new Choice(choice.text(), Finish.CONTENT_FILTER))
                        .toList();
        return new Answer(operation, model, hash, cut, embeddings, usage, maxOutput, delivery);
    }
}
