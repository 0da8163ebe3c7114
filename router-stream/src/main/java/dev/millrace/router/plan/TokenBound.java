package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestLine;
import java.util.OptionalLong;

/**
 * The most tokens that one attempt can have.
 *
 * <p>A token of a text stands for at least one byte of it, and escaped JSON has at least as many
 * bytes as the text, so the body's bytes bound the tokens of all text in it. What providers put
 * around messages is less than their JSON; what they add for tools is allowed for. A body that
 * refers to something outside itself, or holds media, is bounded by the model's window only.
 */
final class TokenBound {
    /** Providers' own system prompts for tools have up to about 700 tokens. */
    private static final long PROVIDERS_OWN_TOKENS = 1_024;

    private TokenBound() {}

    /** Empty when nothing bounds the input. */
    static OptionalLong ofInput(RequestLine line, Model model) {
        long text = line.body().length() + PROVIDERS_OWN_TOKENS;
        if (!OutsideContent.isIn(line)) {
            return OptionalLong.of(Math.min(text, model.contextWindow().orElse(text)));
        }
        return model.contextWindow();
    }

    /** Empty when nothing bounds the output. */
    static OptionalLong ofOutput(RequestLine line, Model model) {
        if (line.endpoint() == Endpoint.EMBEDDINGS) {
            return OptionalLong.of(0);
        }
        long ofModel =
                Math.min(
                        model.maxOutputTokens().orElse(Long.MAX_VALUE),
                        model.contextWindow().orElse(Long.MAX_VALUE));
        Long ofBody = line.maxOutputTokens();
        long each = ofBody == null ? ofModel : Math.min(ofBody, ofModel);
        if (each == Long.MAX_VALUE) {
            return OptionalLong.empty();
        }
        try {
            long answers = Math.multiplyExact(line.choices(), CompletionPrompts.countOf(line));
            return OptionalLong.of(Math.multiplyExact(each, answers));
        } catch (ArithmeticException e) {
            return OptionalLong.empty();
        }
    }
}
