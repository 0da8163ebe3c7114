package dev.millrace.simulator.answer;

import dev.millrace.simulator.answer.content.CodePointTokens;
import dev.millrace.simulator.answer.content.Conversation;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * The beginnings of a prompt that a provider can cache, from the shortest to the longest. A pure
 * function of a valid request body. Tools are part of each prefix but count no tokens, as in {@link
 * Usage#input}.
 *
 * @param beginning hash of the first 256 tokens and {@code prompt_cache_key}
 * @param prefixes the prefixes
 */
public record PromptPrefixes(long beginning, List<Prefix> prefixes) {
    private static final int STEP_TOKENS = 128;
    private static final int BEGINNING_TOKENS = 256;

    /** Odd, so that a multiplication loses nothing. */
    private static final long FACTOR = 0x9E3779B97F4A7C15L;

    /**
     * One prefix.
     *
     * @param hash of its content
     * @param tokens its length
     * @param isBreakpoint true if the request asks to cache it
     */
    public record Prefix(long hash, int tokens, boolean isBreakpoint) {}

    public PromptPrefixes {
        prefixes = List.copyOf(prefixes);
    }

    /** Returns the prefixes in steps of 128 tokens; none of them is a breakpoint. */
    public static PromptPrefixes inSteps(byte[] body) {
        return new Walk(AnswerGenerator.JSON.readTree(body), true).prefixes(false);
    }

    /** Returns the prefixes that end with a block of content. */
    public static PromptPrefixes atBlocks(Operation operation, byte[] content) {
        JsonNode body = AnswerGenerator.JSON.readTree(content);
        JsonNode mode = body.path("prompt_cache_options").path("mode");
        boolean marksLast =
                operation == Operation.MESSAGES
                        ? body.has("cache_control")
                        : !mode.asString("").equals("explicit");
        return new Walk(body, false).prefixes(marksLast);
    }

    /** Returns a hash of two hashes. */
    public static long mix(long first, long second) {
        return (Long.rotateLeft(first, 29) ^ second) * FACTOR;
    }

    /** Hashes a body from its beginning to its end. */
    private static final class Walk {
        private final boolean inSteps;
        private final List<Prefix> prefixes = new ArrayList<>();
        private long hash;
        private long beginning;
        private long characters;

        Walk(JsonNode body, boolean inSteps) {
            this.inSteps = inSteps;
            hash = mix(body.path("tools").toString().hashCode(), 0);
            for (String separate : List.of("system", "instructions")) {
                content("system", body.path(separate));
            }
            JsonNode input = body.path("input");
            content("user", input.isString() ? input : body.path("prompt"));
            for (JsonNode message : input.isArray() ? input : body.path("messages")) {
                content(
                        message.path("role").asString("user"),
                        message.has("content") ? message.path("content") : message);
            }
            beginning = characters < charactersOf(BEGINNING_TOKENS) ? hash : beginning;
            beginning = mix(beginning, body.path("prompt_cache_key").asString("").hashCode());
        }

        private void content(String role, JsonNode content) {
            hash = mix(hash, role.hashCode());
            if (content.isArray()) {
                content.forEach(this::block);
            } else if (!content.isMissingNode() && !content.isNull()) {
                block(content);
            }
        }

        private void block(JsonNode block) {
            Conversation.textOf(block)
                    .codePoints()
                    .forEach(
                            it -> {
                                hash = mix(hash, it);
                                characters++;
                                if (characters == charactersOf(BEGINNING_TOKENS)) {
                                    beginning = hash;
                                }
                                if (inSteps && characters % charactersOf(STEP_TOKENS) == 0) {
                                    add(false);
                                }
                            });
            if (!inSteps) {
                add(block.has("cache_control") || block.has("prompt_cache_breakpoint"));
            }
        }

        private void add(boolean isBreakpoint) {
            int tokens = (int) (characters / CodePointTokens.CHARACTERS_PER_TOKEN);
            prefixes.add(new Prefix(hash, tokens, isBreakpoint));
        }

        private static long charactersOf(int tokens) {
            return (long) tokens * CodePointTokens.CHARACTERS_PER_TOKEN;
        }

        PromptPrefixes prefixes(boolean marksLast) {
            if (marksLast && !prefixes.isEmpty()) {
                Prefix last = prefixes.removeLast();
                prefixes.add(new Prefix(last.hash, last.tokens, true));
            }
            return new PromptPrefixes(beginning, prefixes);
        }
    }
}
