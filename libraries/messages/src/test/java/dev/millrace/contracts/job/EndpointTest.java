package dev.millrace.contracts.job;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.job.AnswerForm.CachedTokens;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EndpointTest {
    private static final RequestForm.Limit LIMIT = RequestForm.Limit.optional("most");
    private static final Set<String> TEXTS = Set.of("said.words");
    private static final Set<String> ENDS = Set.of("said.end");
    private static final Set<String> WITHHELD = Set.of("unsaid");
    private static final String FIXED = "{\"said\":[{\"words\":%4$s}]}";

    private static void define(
            RequestForm.Limit limit,
            Set<String> texts,
            Set<String> ends,
            Set<String> withheld,
            String fixed,
            Streaming streaming) {
        var request = new RequestForm("turns", false, "", "speech", limit, false, "\"turns\":[]");
        var answer =
                new AnswerForm(
                        "utterance",
                        "said",
                        texts,
                        ends,
                        withheld,
                        "",
                        CachedTokens.IN_INPUT,
                        false,
                        fixed);
        var _ = new Endpoint("/v1/utterances", Wire.OPENAI, request, answer, streaming);
    }

    /** Without one of these parts, money is lost, or wrong answers are cached. */
    @Test
    void generatingEndpointNeedsEachPart() {
        define(LIMIT, TEXTS, ENDS, WITHHELD, FIXED, Streaming.TEXT_CHUNKS);

        assertRefused(
                () ->
                        define(
                                RequestForm.Limit.NONE,
                                TEXTS,
                                ENDS,
                                WITHHELD,
                                FIXED,
                                Streaming.TEXT_CHUNKS));
        assertRefused(() -> define(LIMIT, Set.of(), ENDS, WITHHELD, FIXED, Streaming.TEXT_CHUNKS));
        assertRefused(() -> define(LIMIT, TEXTS, Set.of(), WITHHELD, FIXED, Streaming.TEXT_CHUNKS));
        assertRefused(() -> define(LIMIT, TEXTS, ENDS, Set.of(), FIXED, Streaming.TEXT_CHUNKS));
        assertRefused(() -> define(LIMIT, TEXTS, ENDS, WITHHELD, "", Streaming.TEXT_CHUNKS));
        assertRefused(() -> define(LIMIT, TEXTS, ENDS, WITHHELD, FIXED, Streaming.NONE));
    }

    private static void assertRefused(Runnable definition) {
        assertThatThrownBy(definition::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("/v1/utterances needs ");
    }
}
