package dev.millrace.router.classify.token;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.OutputLimit;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.router.classify.body.MediaItem;
import dev.millrace.router.classify.body.RequestBody;
import java.util.OptionalLong;
import java.util.function.ToIntFunction;

/**
 * Counts the tokens of requests and answers.
 *
 * <p>An unknown tokenizer's upper bound is the size of the body. Each token of a byte-level BPE, or
 * of a SentencePiece model with byte fallback, represents at least one byte of the text. Escaped
 * JSON is at least as long as its text. The tokens that a chat template adds around a message are
 * fewer than the bytes of the message's JSON, at least 28. {@link HiddenInput} bounds tokens that
 * the body does not contain.
 *
 * <p>A known tokenizer's upper bound is the count of the texts and of the documented tokens around
 * them, if the model reads nothing else of the body ({@link RequestBody#isPlain}).
 *
 * <p>Any thread.
 */
public final class TokenCounter {
    /** Tokens around each message, including the role (OpenAI's cookbook). */
    private static final long MESSAGE_OVERHEAD = 4;

    /** Tokens before the answer (OpenAI's cookbook). */
    private static final long ANSWER_OVERHEAD = 3;

    /** JSON has fewer bytes per token than prose. */
    private static final long JSON_BYTES_PER_TOKEN = 4;

    /** Tokens of Claude's instructions for using tools (Anthropic's documentation). */
    private static final long CLAUDE_TOOL_INSTRUCTIONS = 346;

    /** Messages that {@link RequestBody#messages} does not count: system and instructions. */
    private static final long UNCOUNTED_MESSAGES = 2;

    /** Guess for a file of a few pages; providers publish no figures. */
    private static final long FILE_GUESS = 4_000;

    /** 32 tokens per second (Google's documentation), for an MP3 of 16,000 bytes per second. */
    private static final long AUDIO_BYTES_PER_TOKEN = 500;

    private static final long AUDIO_GUESS = 2_000;
    private static final long BASE64_BYTES = 4;
    private static final long BYTES_OF_BASE64 = 3;

    /** Counts the tokens that a model has to read; they can exceed its context window. */
    public TokenCount countInput(RequestLine line, RequestBody body, Model model) {
        TokenFamily family = TokenFamily.of(model);
        ImageTokens imageFormula = ImageTokens.of(model, family);
        TokenCount text = ofText(body, family);
        long media =
                body.media().stream().mapToLong(it -> guess(it, line.bytes(), imageFormula)).sum();
        long messageOverhead = body.messages() == 0 ? 0 : messageOverhead(body);
        long declared =
                body.declaredBytes() / JSON_BYTES_PER_TOKEN + toolInstructions(body, family);
        long repeated = body.repeatedBytes() / JSON_BYTES_PER_TOKEN;
        long guess =
                text.estimate() + body.tokenIds() + media + messageOverhead + declared + repeated;
        return TokenCount.within(
                text.atLeast() + body.tokenIds(),
                Math.max(1, guess),
                maxInput(line, body, model, text));
    }

    /**
     * Returns a function that counts the tokens of short texts for a model: exactly with a public
     * tokenizer, else an estimate.
     */
    public static ToIntFunction<String> textCounter(Model model) {
        TokenFamily family = TokenFamily.of(model);
        return OpenAiTokenizers.counter(family)
                .orElseGet(
                        () -> {
                            TokenFactors factors = TokenFactors.of(family);
                            return text -> (int) factors.tokens(CharacterCounts.of(text));
                        });
    }

    private static long messageOverhead(RequestBody body) {
        return MESSAGE_OVERHEAD * body.messages() + body.namedMessages() + ANSWER_OVERHEAD;
    }

    private static long toolInstructions(RequestBody body, TokenFamily family) {
        boolean isClaude = family == TokenFamily.CLAUDE || family == TokenFamily.CLAUDE_NEWEST;
        return isClaude && body.toolCount() > 0 ? CLAUDE_TOOL_INSTRUCTIONS : 0;
    }

    private TokenCount ofText(RequestBody body, TokenFamily family) {
        var counts = CharacterCounts.of(body.texts());
        return OpenAiTokenizers.count(family, body.texts())
                .map(counted -> ofCounted(counted, counts))
                .orElseGet(
                        () ->
                                TokenCount.within(
                                        counts.minTokens(),
                                        TokenFactors.of(family).tokens(counts),
                                        OptionalLong.empty()));
    }

    /** Extrapolates from the beginning of a long text. */
    private static TokenCount ofCounted(OpenAiTokenizers.Counted counted, CharacterCounts counts) {
        if (counted.characters() < OpenAiTokenizers.MAX_CHARACTERS) {
            return TokenCount.exactly(counted.tokens());
        }
        return TokenCount.within(
                Math.max(counted.tokens(), counts.minTokens()),
                counted.tokens() * counts.characters() / counted.characters(),
                OptionalLong.empty());
    }

    private static long guess(MediaItem item, byte[] record, ImageTokens imageFormula) {
        return switch (item.kind()) {
            case IMAGE -> imageFormula.of(size(item, record), item.lowDetail());
            case AUDIO ->
                    item.inline()
                            ? item.bytes() * BYTES_OF_BASE64 / BASE64_BYTES / AUDIO_BYTES_PER_TOKEN
                            : AUDIO_GUESS;
            case FILE -> FILE_GUESS;
        };
    }

    private static ImageSize size(MediaItem item, byte[] record) {
        return item.inline() && item.data() != null
                ? ImageSize.of(record, item.data()).orElse(ImageTokens.UNKNOWN_SIZE)
                : ImageTokens.UNKNOWN_SIZE;
    }

    /** Returns the lower one of the bounds by size and by count. */
    private static OptionalLong maxInput(
            RequestLine line, RequestBody body, Model model, TokenCount text) {
        OptionalLong bySize = maxInput(line, body, model);
        if (bySize.isEmpty() || text.atMost().isEmpty() || !body.isPlain()) {
            return bySize;
        }
        boolean hasMessages = line.endpoint().hasMessages();
        long around =
                hasMessages ? messageOverhead(body) + UNCOUNTED_MESSAGES * MESSAGE_OVERHEAD : 0;
        long byCount =
                text.atMost().getAsLong()
                        + body.tokenIds()
                        + body.declaredBytes()
                        + body.repeatedBytes()
                        + around
                        + HiddenInput.atMost(line, body, model);
        return OptionalLong.of(Math.min(bySize.getAsLong(), byCount));
    }

    /**
     * Returns an upper bound of {@link #countInput} by the size of the body, without counting
     * tokens.
     *
     * @return empty if the model may read content that is not in the body, or media without a bound
     */
    public static OptionalLong maxInput(RequestLine line, RequestBody body, Model model) {
        ImageTokens imageFormula = ImageTokens.of(model, TokenFamily.of(model));
        boolean onlyImages =
                body.media().stream()
                        .allMatch(it -> it.kind() == MediaItem.Kind.IMAGE && it.data() != null);
        boolean isCounted =
                body.media().isEmpty() || (onlyImages && imageFormula.maxTokens().isPresent());
        if (body.readsExternalContent() || !isCounted) {
            return OptionalLong.empty();
        }
        long imageTokens = body.media().size() * imageFormula.maxTokens().orElse(0);
        long mediaBytes = body.media().stream().mapToLong(MediaItem::bytes).sum();
        long hidden = HiddenInput.atMost(line, body, model);
        long text = line.body().length() - mediaBytes + body.repeatedBytes();
        return OptionalLong.of(text + hidden + imageTokens);
    }

    /**
     * Estimates the tokens of a model's answer.
     *
     * @param called the endpoint of the model that is called for the job
     * @param expected estimated tokens of one answer
     */
    public TokenCount countOutput(
            RequestLine line, RequestBody body, Model model, Endpoint called, long expected) {
        if (!line.endpoint().generates()) {
            return TokenCount.exactly(0);
        }
        long each = Math.min(expected, limitOfOne(line, model, called));
        return TokenCount.within(
                0, ofAllAnswers(each, line, body), maxOutput(line, body, model, called));
    }

    /** Returns the upper bound of {@link #countOutput}; empty if nothing limits the answers. */
    public static OptionalLong maxOutput(
            RequestLine line, RequestBody body, Model model, Endpoint called) {
        if (!line.endpoint().generates()) {
            return OptionalLong.of(0);
        }
        long max = ofAllAnswers(limitOfOne(line, model, called), line, body);
        return max == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(max);
    }

    private static long limitOfOne(RequestLine line, Model model, Endpoint called) {
        return OutputLimit.ofOneAnswer(line, called, model).orElse(Long.MAX_VALUE);
    }

    private static long ofAllAnswers(long each, RequestLine line, RequestBody body) {
        return saturatedProduct(each, saturatedProduct(line.choices(), body.prompts()));
    }

    /** Multiplies two numbers of 0 or more; returns {@code Long.MAX_VALUE} on overflow. */
    private static long saturatedProduct(long a, long b) {
        long high = Math.multiplyHigh(a, b);
        long low = a * b;
        return high == 0 && low >= 0 ? low : Long.MAX_VALUE;
    }
}
