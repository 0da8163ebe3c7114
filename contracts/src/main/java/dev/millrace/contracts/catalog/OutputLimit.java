package dev.millrace.contracts.catalog;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestLine;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * How many output tokens an answer may have: the one rule of all who bound what a call can cost.
 *
 * <p>A job with {@code max_cost_usd} and without a limit of its own is given one, which is sent
 * along with its body.
 */
public final class OutputLimit {
    /** Of a window, the rest is left to the input. */
    private static final int PART_OF_WINDOW = 2;

    /** OpenAI's models that think refuse {@code max_tokens}; some older servers know no other. */
    private static final Pattern OPENAI_REASONING =
            Pattern.compile("(^|/)(o[1-9]|gpt-[5-9])(?![0-9])");

    private OutputLimit() {}

    /**
     * The most that one answer can have, in tokens; empty when nothing bounds it. The body's own
     * limit; else the one that the job is given; and never more than the model can.
     */
    public static OptionalLong ofOneAnswer(RequestLine line, Model model) {
        if (line.endpoint() == Endpoint.EMBEDDINGS) {
            return OptionalLong.of(0);
        }
        Long own = line.maxOutputTokens();
        OptionalLong asked = own == null ? given(line, model) : OptionalLong.of(own);
        long most = Math.min(asked.orElse(Long.MAX_VALUE), ofModel(model));
        return most == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(most);
    }

    /**
     * The limit that the job is given at the model, in tokens, 1 or more: {@code
     * default_max_tokens}, or less where the model cannot do that many; empty when its cost need
     * not be bounded, when its body names a limit already, or when it has no output.
     */
    public static OptionalLong given(RequestLine line, Model model) {
        if (line.options().maxCostUsd() == null || !line.takesLimit()) {
            return OptionalLong.empty();
        }
        long room = model.contextWindow().orElse(Long.MAX_VALUE) / PART_OF_WINDOW;
        long possible = Math.min(Math.max(1, room), model.maxOutputTokens().orElse(Long.MAX_VALUE));
        return OptionalLong.of(Math.min(model.defaultMaxTokens(), possible));
    }

    private static long ofModel(Model model) {
        return Math.min(
                model.maxOutputTokens().orElse(Long.MAX_VALUE),
                model.contextWindow().orElse(Long.MAX_VALUE));
    }

    /**
     * The key of a body that carries the limit.
     *
     * @throws IllegalArgumentException for embeddings, which have none
     */
    public static String key(Endpoint endpoint, Model model) {
        return switch (endpoint) {
            case CHAT_COMPLETIONS -> isReasoning(model) ? "max_completion_tokens" : "max_tokens";
            case COMPLETIONS, MESSAGES -> "max_tokens";
            case RESPONSES -> "max_output_tokens";
            case EMBEDDINGS -> throw new IllegalArgumentException("embeddings have no output");
        };
    }

    private static boolean isReasoning(Model model) {
        return isReasoning(model.upstreamModel()) || isReasoning(model.name());
    }

    private static boolean isReasoning(String name) {
        return OPENAI_REASONING.matcher(name.toLowerCase(Locale.ROOT)).find();
    }
}
