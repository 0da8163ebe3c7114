package dev.millrace.bench.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.bench.cluster.NumberedRequest;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.semantic.paraphrase.Difference;
import dev.millrace.semantic.paraphrase.GuardMode;
import dev.millrace.semantic.paraphrase.ParaphraseGuard;
import dev.millrace.semantic.paraphrase.Wording;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class WayTest {
    private static final BenchPipeline PIPELINE = new BenchPipeline("127.0.0.1:9092", "b.", 4);

    private static JsonNode body(byte[] line) {
        return new JsonMapper().readTree(line).path("body");
    }

    private static byte[] line(Way way, long number) {
        return way.request(PIPELINE, number).value();
    }

    @ParameterizedTest
    @EnumSource
    void requestIsValidAndContainsItsNumber(Way way) {
        byte[] line = line(way, 7);

        assertThat(RequestParser.parse(line)).isInstanceOf(ParseResult.Accepted.class);
        assertThat(NumberedRequest.number(line)).isEqualTo(7);
    }

    @ParameterizedTest
    @EnumSource
    void onlyRequestsThatAskForTheCacheAreRepartitioned(Way way) {
        byte[] line = line(way, 7);

        assertThat(Way.isRepartitioned(line))
                .isEqualTo(new String(line, UTF_8).contains("\"cache\":\"exact\""));
    }

    @Test
    void lineShorterThanTheOptionIsNotRepartitioned() {
        assertThat(Way.isRepartitioned(new byte[3])).isFalse();
    }

    @Nested
    class SimilarQuestions {
        private static Wording wording(byte[] line) {
            return Wording.of(body(line).path("messages").path(1).path("content").asString());
        }

        private static Optional<Difference> difference(Way way, byte[] known) {
            return new ParaphraseGuard(GuardMode.STRICT)
                    .difference(wording(line(way, 2)), wording(known));
        }

        @Test
        void ofHitsHaveTheMeaningOfKnownOnesAndAnotherBody() {
            byte[] known = Way.knownSimilar(PIPELINE, -3, 2).value();

            assertThat(body(line(Way.SIMILAR_HIT, 2))).isNotEqualTo(body(known));
            assertThat(body(line(Way.SIMILAR_HIT, 2 + Way.KNOWN_SIMILAR)))
                    .isNotEqualTo(body(line(Way.SIMILAR_HIT, 2)));
            assertThat(difference(Way.SIMILAR_HIT, known)).isEmpty();
        }

        @Test
        void ofMissesHaveAnotherMeaning() {
            assertThat(difference(Way.SIMILAR_MISS, Way.knownSimilar(PIPELINE, -3, 2).value()))
                    .contains(Difference.NUMBERS);
        }
    }

    @Nested
    class KnownQuestions {
        @Test
        void areAskedAgainByHits() {
            byte[] asked = Way.known(PIPELINE, -3, 2).value();

            assertThat(body(line(Way.HIT, 2))).isEqualTo(body(asked));
            assertThat(body(line(Way.HIT, 2 + Way.KNOWN_QUESTIONS))).isEqualTo(body(asked));
            assertThat(NumberedRequest.number(asked)).isEqualTo(-1);
        }

        @Test
        void areNeverAskedByMisses() {
            assertThat(body(line(Way.MISS, 2))).isNotEqualTo(body(line(Way.HIT, 2)));
            assertThat(body(line(Way.MISS, 0))).isNotEqualTo(body(line(Way.HIT, 0)));
        }
    }
}
