package dev.millrace.router.classify.token;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.OutputLimit;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.router.classify.body.Medium;
import dev.millrace.router.classify.body.RequestBody;
import java.util.OptionalLong;

/**
 * Counts the tokens of requests.
 *
 * <p>A hard bound rests on this: a token of a text stands for at least one byte of it, and escaped
 * JSON has at least as many bytes as the text, so the body's bytes bound the tokens of all text in
 * it. What providers put around messages is less than their JSON; what they add for tools is
 * allowed for.
 *
 * <p>Any thread.
 */
public final class TokenCounter {
    /** OpenAI's cookbook: what stands around each message, the role included. */
    private static final long AROUND_MESSAGE = 4;

    /** OpenAI's cookbook: what begins the answer. */
    private static final long BEFORE_ANSWER = 3;

    /** JSON has fewer bytes a token than prose. */
    private static final long JSON_BYTES_PER_TOKEN = 4;

    /** Anthropic's documentation: its instructions for the use of tools. */
    private static final long CLAUDES_OWN_FOR_TOOLS = 346;

    /** Providers' own system prompts for tools have up to about 700 tokens. */
    private static final long PROVIDERS_OWN_TOKENS = 1_024;

    /** A few pages; nobody says how many tokens a file has. */
    private static final long FILE_GUESS = 4_000;

    /** Google's documentation: 32 tokens a second; an MP3 has some 16,000 bytes a second. */
    private static final long SOUND_BYTES_PER_TOKEN = 500;

    private static final long SOUND_GUESS = 2_000;
    private static final long BASE64_BYTES = 4;
    private static final long BYTES_OF_BASE64 = 3;

    private final OpenAiTokenizers tokenizers = new OpenAiTokenizers();

    /** What the model has to read; whether that fits its window is not looked at. */
    public TokenCount ofInput(RequestLine line, RequestBody body, Model model) {
        TokenFamily family = TokenFamily.of(model);
        PictureTokens pictures = PictureTokens.of(model, family);
        TokenCount text = ofText(body, family);
        long media = body.media().stream().mapToLong(it -> guess(it, line.bytes(), pictures)).sum();
        long around = body.messages() == 0 ? 0 : around(body);
        long declared = body.declaredBytes() / JSON_BYTES_PER_TOKEN + ownForTools(body, family);
        long guess = text.estimate() + body.tokenIds() + media + around + declared;
        return TokenCount.within(
                text.atLeast() + body.tokenIds(),
                Math.max(1, guess),
                mostOfInput(line, body, pictures));
    }

    private static long around(RequestBody body) {
        return AROUND_MESSAGE * body.messages() + body.names() + BEFORE_ANSWER;
    }

    private static long ownForTools(RequestBody body, TokenFamily family) {
        boolean isClaude = family == TokenFamily.CLAUDE || family == TokenFamily.CLAUDE_NEWEST;
        return isClaude && body.toolCount() > 0 ? CLAUDES_OWN_FOR_TOOLS : 0;
    }

    private TokenCount ofText(RequestBody body, TokenFamily family) {
        var tally = CharacterTally.of(body.texts());
        return tokenizers
                .count(family, body.texts())
                .map(counted -> ofCounted(counted, tally))
                .orElseGet(
                        () ->
                                TokenCount.within(
                                        tally.fewestTokens(),
                                        TokenFactors.of(family).tokens(tally),
                                        OptionalLong.empty()));
    }

    /** The rest of a long text is taken to be like its beginning. */
    private static TokenCount ofCounted(OpenAiTokenizers.Counted counted, CharacterTally tally) {
        if (counted.characters() < OpenAiTokenizers.MOST_CHARACTERS) {
            return TokenCount.exactly(counted.tokens());
        }
        return TokenCount.within(
                Math.max(counted.tokens(), tally.fewestTokens()),
                counted.tokens() * tally.characters() / counted.characters(),
                OptionalLong.empty());
    }

    private static long guess(Medium medium, byte[] record, PictureTokens pictures) {
        return switch (medium.kind()) {
            case PICTURE -> pictures.of(size(medium, record), medium.lowDetail());
            case SOUND ->
                    medium.inline()
                            ? medium.bytes()
                                    * BYTES_OF_BASE64
                                    / BASE64_BYTES
                                    / SOUND_BYTES_PER_TOKEN
                            : SOUND_GUESS;
            case FILE -> FILE_GUESS;
        };
    }

    private static PictureSize size(Medium medium, byte[] record) {
        return medium.inline() && medium.data() != null
                ? PictureSize.of(record, medium.data()).orElse(PictureTokens.UNKNOWN_SIZE)
                : PictureTokens.UNKNOWN_SIZE;
    }

    /**
     * The upper bound alone, without counting anything.
     *
     * @return empty when the model may read what does not stand in the body, or is no text
     */
    public static OptionalLong mostOfInput(RequestLine line, RequestBody body, Model model) {
        return mostOfInput(line, body, PictureTokens.of(model, TokenFamily.of(model)));
    }

    private static OptionalLong mostOfInput(
            RequestLine line, RequestBody body, PictureTokens pictures) {
        boolean onlyPictures =
                body.media().stream()
                        .allMatch(it -> it.kind() == Medium.Kind.PICTURE && it.data() != null);
        boolean isCounted = body.media().isEmpty() || (onlyPictures && pictures.most().isPresent());
        if (body.readsMore() || !isCounted) {
            return OptionalLong.empty();
        }
        long ofPictures = body.media().size() * pictures.most().orElse(0);
        long notText = body.media().stream().mapToLong(Medium::bytes).sum();
        return OptionalLong.of(line.body().length() - notText + PROVIDERS_OWN_TOKENS + ofPictures);
    }

    /**
     * What the model may answer.
     *
     * @param expected tokens of one answer, as a guess
     */
    public TokenCount ofOutput(RequestLine line, RequestBody body, Model model, long expected) {
        if (line.endpoint() == Endpoint.EMBEDDINGS) {
            return TokenCount.exactly(0);
        }
        long each = OutputLimit.ofOneAnswer(line, model).orElse(Long.MAX_VALUE);
        long answers = times(line.choices(), body.prompts());
        OptionalLong most =
                each == Long.MAX_VALUE ? OptionalLong.empty() : bounded(times(each, answers));
        return TokenCount.within(0, times(Math.min(each, expected), answers), most);
    }

    private static OptionalLong bounded(long tokens) {
        return tokens == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(tokens);
    }

    /** What a long cannot hold is the largest of them. */
    private static long times(long a, long b) {
        long high = Math.multiplyHigh(a, b);
        long low = a * b;
        return high == 0 && low >= 0 ? low : Long.MAX_VALUE;
    }
}
