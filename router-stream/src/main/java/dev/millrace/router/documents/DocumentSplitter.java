package dev.millrace.router.documents;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.CacheMode;
import dev.millrace.contracts.job.SplitOptions;
import dev.millrace.contracts.policy.RuleCache;
import dev.millrace.router.classify.token.TokenCounter;
import dev.millrace.similarity.chunk.ChunkSizes;
import dev.millrace.similarity.chunk.Chunker;
import dev.millrace.similarity.chunk.TextSpan;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** Decides into which parts the document of a job is divided. */
public final class DocumentSplitter {
    /** Most parts of one document. */
    public static final int MAX_PARTS = 1_000;

    /** Share of a context window for a part, its prompt and its answer together. */
    private static final double USABLE = 0.98;

    /** Largest share of a context window for a part. */
    private static final double LARGEST_PART = 0.95;

    /** The default overlap is the size of a part divided by this, 2 %. */
    private static final int OVERLAP_DIVISOR = 50;

    /** Size from which the default overlap is fixed; it needs a window of 2 million tokens. */
    private static final long LARGE_PART = 1_900_000;

    private static final int LARGE_OVERLAP = 50_000;
    private static final int MAX_OVERLAP_DIVISOR = 4;

    /** Factor on the expected length of an answer, which is an estimate. */
    private static final int ANSWER_MARGIN = 2;

    /** Fewest tokens for joining two answers: one token each, and their headings. */
    private static final int MIN_JOINED = 2 * (AnswerJoiner.HEADING_TOKENS + 1);

    private static final RuleCache NO_CACHE =
            new RuleCache(Optional.of(CacheMode.NONE), Optional.of(false));

    private DocumentSplitter() {}

    /** The decision whether a document is split. */
    public sealed interface Decision {
        /** The document fits into one call. */
        record Whole() implements Decision {}

        /** The document is split. Its parts are not cached yet. */
        record Split(SplitPlan plan) implements Decision {}

        /** The document would have more parts than {@link #MAX_PARTS}. */
        record TooManyParts(int parts) implements Decision {}

        /** The prompt that joins answers leaves no room for two answers. */
        record PromptTooLong(long tokens) implements Decision {}
    }

    /**
     * Returns the number of document tokens that fit into one call, which can be negative; {@link
     * Long#MAX_VALUE} if the window of the model is unknown.
     *
     * @param outputTokens most tokens of the answer
     * @param promptTokens tokens of the request without its document
     */
    public static long room(Model model, long outputTokens, long promptTokens) {
        if (model.contextWindow().isEmpty()) {
            return Long.MAX_VALUE;
        }
        long window = model.contextWindow().orElseThrow();
        return Math.min(
                (long) (window * LARGEST_PART),
                (long) (window * USABLE) - outputTokens - promptTokens);
    }

    /** Returns the size of a part in tokens, for a room of at least the smallest size. */
    public static long size(SplitOptions options, long room) {
        long wanted = options.size() == null ? SplitOptions.MAX_SIZE : options.size();
        return Math.min(wanted, room);
    }

    /**
     * Divides a document.
     *
     * @param model the model whose tokenizer counts
     */
    public static Decision split(
            Document document, SplitOptions options, CallRoom call, Model model) {
        int size = (int) size(options, call.tokens());
        ToIntFunction<String> counter = TokenCounter.textCounter(model);
        var chunker = Chunker.ofParts(new ChunkSizes(size, overlap(options, size)), counter);
        List<TextSpan> parts = chunker.chunks(document.text());
        if (parts.size() < 2) {
            return new Decision.Whole();
        }
        if (parts.size() > MAX_PARTS) {
            return new Decision.TooManyParts(parts.size());
        }
        String prompt = AnswerJoiner.prompt(options.joinPrompt());
        long left = joinedTokens(call, size, counter.applyAsInt(prompt));
        if (left < MIN_JOINED) {
            return new Decision.PromptTooLong(counter.applyAsInt(prompt));
        }
        long accepted =
                (call.bytes() - AnswerJoiner.jsonBytes(prompt)) / AnswerJoiner.MAX_BYTES_PER_TOKEN;
        int joined =
                (int) Math.min(Math.min(left, Integer.MAX_VALUE), Math.max(MIN_JOINED, accepted));
        int joins = joins(parts.size(), joined, call.answerTokens());
        return new Decision.Split(new SplitPlan(parts, joined, joins, NO_CACHE));
    }

    /** Returns the most tokens of answers that leave enough space for the prompt. */
    private static long joinedTokens(CallRoom call, int size, int prompt) {
        // With an unknown window, two answers of the highest length are joined at least.
        return call.tokens() == Long.MAX_VALUE
                ? Math.max(size, 2 * (call.answerTokens() + AnswerJoiner.HEADING_TOKENS))
                : call.tokens() - prompt;
    }

    private static int overlap(SplitOptions options, int size) {
        if (options.overlap() != null) {
            return Math.min(options.overlap(), size / MAX_OVERLAP_DIVISOR);
        }
        return size >= LARGE_PART ? LARGE_OVERLAP : size / OVERLAP_DIVISOR;
    }

    /** Returns the number of jobs that join answers, level by level. */
    private static int joins(int parts, int joined, long answerTokens) {
        long each = ANSWER_MARGIN * answerTokens + AnswerJoiner.HEADING_TOKENS;
        int width = Math.clamp(joined / each, 2, parts);
        int joins = 0;
        int answers = parts;
        do {
            answers = Math.ceilDiv(answers, width);
            joins += answers;
        } while (answers > 1);
        return joins;
    }

    /**
     * Returns the size of the longest text that replaces the document in a call, as JSON: an upper
     * bound in bytes.
     */
    public static long longestBytes(Document document, SplitPlan plan) {
        SplitOptions options = document.line().options().split();
        String prompt = AnswerJoiner.prompt(options == null ? null : options.joinPrompt());
        long longest =
                (long) plan.joinedTokens() * AnswerJoiner.MAX_BYTES_PER_TOKEN
                        + AnswerJoiner.jsonBytes(prompt);
        for (TextSpan part : plan.parts()) {
            longest = Math.max(longest, AnswerJoiner.jsonBytes(part.of(document.text())));
        }
        return longest;
    }
}
