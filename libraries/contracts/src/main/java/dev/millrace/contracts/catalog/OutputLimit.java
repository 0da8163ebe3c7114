package dev.millrace.contracts.catalog;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestLine;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Decides how many output tokens an answer may have, for all code that bounds the cost of a call.
 *
 * <p>A default limit is added to the body of a job without a limit in two cases. The first is a job
 * whose cost must be bounded, because it has {@code max_cost_usd} or is under a budget. The second
 * is a job that is translated for an endpoint that requires a limit.
 */
public final class OutputLimit {
    /** A default limit takes at most half of the context window; the rest is left to the input. */
    private static final int WINDOW_DIVISOR = 2;

    /**
     * OpenAI's reasoning models reject {@code max_tokens}; some older servers accept nothing else.
     */
    private static final Pattern OPENAI_REASONING =
            Pattern.compile("(^|/)(o[1-9]|gpt-[5-9])(?![0-9])");

    private OutputLimit() {}

    /**
     * Returns the maximum length of one answer in tokens; empty if unbounded. The body's own limit
     * applies, or else the {@link #defaultFor default limit}, but never more than the model
     * supports.
     *
     * @param called the endpoint called for the job; differs from the job's endpoint if the job is
     *     translated
     */
    public static OptionalLong ofOneAnswer(RequestLine line, Endpoint called, Model model) {
        if (!line.endpoint().generates()) {
            return OptionalLong.of(0);
        }
        Long bodyLimit = line.maxOutputTokens();
        OptionalLong requested =
                bodyLimit == null ? defaultFor(line, called, model) : OptionalLong.of(bodyLimit);
        long maximum = Math.min(requested.orElse(Long.MAX_VALUE), modelMaximum(model));
        return maximum == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(maximum);
    }

    /**
     * Returns the default output limit of a job at a model, in tokens, 1 or more: {@code
     * default_max_tokens}, or less if the model supports less. Empty if no limit is added to the
     * job's body.
     *
     * @param called the endpoint that is called for the job
     */
    public static OptionalLong defaultFor(RequestLine line, Endpoint called, Model model) {
        boolean isAddedForCost = line.isCostBounded() && line.acceptsLimit();
        if (!isAddedForCost && !isAddedByTranslation(line, called)) {
            return OptionalLong.empty();
        }
        long windowShare = model.contextWindow().orElse(Long.MAX_VALUE) / WINDOW_DIVISOR;
        long supported =
                Math.min(Math.max(1, windowShare), model.maxOutputTokens().orElse(Long.MAX_VALUE));
        return OptionalLong.of(Math.min(model.defaultMaxTokens(), supported));
    }

    /** Returns true for a translated job whose limit is absent or null. */
    private static boolean isAddedByTranslation(RequestLine line, Endpoint called) {
        return called.limit().isRequired()
                && line.endpoint() != called
                && line.maxOutputTokens() == null;
    }

    private static long modelMaximum(Model model) {
        return Math.min(
                model.maxOutputTokens().orElse(Long.MAX_VALUE),
                model.contextWindow().orElse(Long.MAX_VALUE));
    }

    /**
     * Returns the model's key in the body that sets the limit: the wire's key, or its new name in
     * {@link Model#parameters}.
     *
     * @throws IllegalArgumentException if the endpoint generates no output
     */
    public static String key(Endpoint endpoint, Model model) {
        return model.parameters().nameOf(keyOfWire(endpoint, model));
    }

    /**
     * Returns the wire's key that sets the limit, before {@link Model#parameters} rename it.
     *
     * @throws IllegalArgumentException if the endpoint generates no output
     */
    public static String keyOfWire(Endpoint endpoint, Model model) {
        if (!endpoint.generates()) {
            throw new IllegalArgumentException(endpoint.url() + " has no output");
        }
        return isReasoning(model) ? endpoint.limit().reasoningKey() : endpoint.limit().key();
    }

    private static boolean isReasoning(Model model) {
        return isReasoning(model.upstreamModel()) || isReasoning(model.name());
    }

    private static boolean isReasoning(String name) {
        return OPENAI_REASONING.matcher(name.toLowerCase(Locale.ROOT)).find();
    }
}
