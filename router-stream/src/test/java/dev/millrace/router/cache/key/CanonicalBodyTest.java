package dev.millrace.router.cache.key;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalBodyTest {
    private static String digest(String json) {
        return digest(json, false);
    }

    private static String digest(String json, boolean isEchoed) {
        return CanonicalBody.of(json.getBytes(UTF_8), 0, isEchoed)
                .map(it -> HexFormat.of().formatHex(it.digest()))
                .orElse("none");
    }

    @Nested
    class IgnoredFields {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "model",
                    "metadata",
                    "user",
                    "safety_identifier",
                    "service_tier",
                    "prompt_cache_key",
                    "prompt_cache_retention",
                    "stream",
                    "stream_options"
                })
        void fieldMakesNoDifference(String name) {
            assertThat(digest("{\"a\":1,\"" + name + "\":{\"x\":[1]}}"))
                    .isEqualTo(digest("{\"a\":1}"));
        }

        @Test
        void fieldMattersInANestedObject() {
            assertThat(digest("{\"a\":{\"user\":1}}")).isNotEqualTo(digest("{\"a\":{}}"));
        }

        @Test
        void ignoredFieldThatAppearsTwiceIsAmbiguous() {
            assertThat(digest("{\"user\":1,\"user\":2}")).isEqualTo("none");
            assertThat(digest("{\"user\":{\"a\":1,\"a\":1}}")).isEqualTo("none");
        }
    }

    /** The keys of cached answers consist of these digests. */
    @Nested
    class Stored {
        private static final String BODY =
                """
                {"model":"auto","messages":[{"role":"user","content":"caf\\u00e9 \\ud83d\\ude00 \\n"}],\
                "temperature":0,"user":"u","n":1.0}""";

        @Test
        void digestIsTheStoredOne() {
            assertThat(digest(BODY))
                    .isEqualTo("9309b23acae4183d36ae85ec252cbfc0c69f20a2c8e3621e4c0a55aaca52ce11");
        }

        @Test
        void digestOfAnEchoedBodyIsTheStoredOne() {
            assertThat(digest(BODY, true))
                    .isEqualTo("0d36826c26a2d1e9c044395b5896897e0ef8118a85f9a222ae480c4d513c44b7");
        }
    }

    @Nested
    class Temperature {
        private boolean isZero(String body) {
            return CanonicalBody.of(body.getBytes(UTF_8), 0, false)
                    .orElseThrow()
                    .hasTemperatureZero();
        }

        @ParameterizedTest
        @ValueSource(strings = {"0", "0.0", "-0", "0e5", "0.00E-3", " 0 "})
        void zeroIsZero(String text) {
            assertThat(isZero("{\"temperature\":" + text + "}")).isTrue();
        }

        @ParameterizedTest
        @ValueSource(strings = {"0.1", "1", "10", "\"0\"", "null", "[0]", "0.01e2"})
        void anythingElseIsNot(String text) {
            assertThat(isZero("{\"temperature\":" + text + "}")).isFalse();
        }

        @Test
        void missingOneIsNotZero() {
            assertThat(isZero("{\"a\":{\"temperature\":0}}")).isFalse();
        }
    }
}
