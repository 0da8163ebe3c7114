package dev.millrace.simulator.answer;

import dev.millrace.simulator.answer.content.Choice;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * The generated answer to one request body.
 *
 * @param operation the endpoint that was called
 * @param model the model's name as the request gives it
 * @param hash 12 hexadecimal digits of the prompt's SHA-256; equal conversations have equal hashes
 *     on both wires
 * @param choices the texts or tool calls; empty for embeddings
 * @param embeddings the vectors; empty for everything else
 * @param usage billed tokens
 * @param maxOutput largest number of tokens of a choice; 0 when the request sets no limit
 * @param delivery the delivery options of the request
 */
public record Answer(
        Operation operation,
        String model,
        String hash,
        List<Choice> choices,
        List<Embedding> embeddings,
        Usage usage,
        int maxOutput,
        DeliveryOptions delivery)
        implements AnswerResult {
    /**
     * The requested delivery of an answer.
     *
     * @param stream sends the answer as server-sent events
     * @param includeUsage adds a last event with the usage ({@code stream_options.include_usage})
     * @param base64 encodes embeddings as base64 of little-endian floats
     * @param serviceTier the requested tier; empty = none
     * @param echoed fields of the request that the answer repeats; empty except for responses
     */
    public record DeliveryOptions(
            boolean stream,
            boolean includeUsage,
            boolean base64,
            String serviceTier,
            ObjectNode echoed) {}

    public Answer {
        choices = List.copyOf(choices);
        embeddings = List.copyOf(embeddings);
    }

    /** Returns the first choice's text; empty for embeddings. */
    public String text() {
        return choices.isEmpty() ? "" : choices.getFirst().text();
    }

    /** Returns this answer with every choice cut off by the content filter. */
    public Answer filtered() {
        return with(choices.stream().map(Choice::filtered).toList(), usage);
    }

    /** Returns this answer with a refusal in place of every choice. */
    public Answer refused() {
        List<Choice> refusals = choices.stream().map(Choice::refused).toList();
        int tokens = refusals.stream().mapToInt(Choice::tokens).sum();
        return with(refusals, usage.withOutput(usage.reasoning() + tokens));
    }

    /** Returns this answer with another usage. */
    public Answer withUsage(Usage billed) {
        return with(choices, billed);
    }

    private Answer with(List<Choice> changed, Usage billed) {
        return new Answer(operation, model, hash, changed, embeddings, billed, maxOutput, delivery);
    }
}
