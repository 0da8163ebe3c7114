package dev.millrace.router.cache.key;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.router.cache.key.JsonText.Fields;
import dev.millrace.router.cache.key.JsonText.Items;
import dev.millrace.router.cache.key.JsonText.Scalar;
import dev.millrace.router.cache.key.JsonText.Text;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalBodyTest {
    private static String digest(String json) {
        return CanonicalBody.of(("x" + json + "x").getBytes(UTF_8), 1, false)
                .map(it -> HexFormat.of().formatHex(it.digest()))
                .orElse("none");
    }

    @Provide
    Arbitrary<JsonText> bodies() {
        return fields(values(3));
    }

    private static Arbitrary<JsonText> values(int depth) {
        Arbitrary<JsonText> scalars =
                Arbitraries.oneOf(
                        Arbitraries.of("0", "1", "1.0", "-1e5", "true", "false", "null")
                                .map(Scalar::new),
                        texts().map(Text::new));
        return depth == 0
                ? scalars
                : Arbitraries.oneOf(
                        scalars,
                        values(depth - 1).list().ofMaxSize(3).map(Items::new),
                        fields(values(depth - 1)));
    }

    private static Arbitrary<JsonText> fields(Arbitrary<JsonText> values) {
        return Arbitraries.maps(texts(), values).ofMaxSize(4).map(Fields::new);
    }

    private static Arbitrary<String> texts() {
        return Arbitraries.strings()
                .withChars('a', 'b', '"', '\\', '/', '\n', '\t', '\u0001', '\u00e9', '\u4e2d')
                .withChars('\ud83d', '\ude00', '\u007f', '\uffff')
                .ofMaxLength(4);
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void orderOfKeysWhiteSpaceAndEscapesMakeNoDifference(
            @ForAll("bodies") JsonText body, @ForAll long one, @ForAll long other) {
        assertThat(digest(body.write(new Random(one))))
                .isEqualTo(digest(body.write(new Random(other))))
                .hasSize(64);
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void differentBodiesHaveDifferentDigests(
            @ForAll("bodies") JsonText one, @ForAll("bodies") JsonText other, @ForAll long seed) {
        boolean areEqual =
                digest(one.write(new Random(seed))).equals(digest(other.write(new Random(seed))));

        assertThat(areEqual).isEqualTo(one.equals(other));
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void eachChangeOfOneValueMatters(
            @ForAll("bodies") JsonText body, @ForAll("bodies") JsonText added, @ForAll long seed) {
        var fields = new TreeMap<>(((Fields) body).fields());
        JsonText before = fields.put("changed", added);

        assertThat(
                        digest(new Fields(fields).write(new Random(seed)))
                                .equals(digest(body.write(new Random(seed)))))
                .isEqualTo(added.equals(before));
    }

    @Nested
    class Characters {
        @ParameterizedTest
        @CsvSource(
                quoteCharacter = '`',
                value = {
                    "\\u00e9, é",
                    "\\u4E2D, 中",
                    "\\ud83d\\ude00, 😀",
                    "\\/, /",
                    "\\u0061, a",
                    "\\u0009, \\t"
                })
        void escapedCharacterEqualsItself(String escaped, String plain) {
            assertThat(digest("{\"a\":\"" + escaped + "\"}"))
                    .isEqualTo(digest("{\"a\":\"" + plain + "\"}"));
        }

        @Test
        void loneSurrogatesDiffer() {
            assertThat(
                            List.of(
                                    digest("{\"a\":\"\\ud83d\"}"),
                                    digest("{\"a\":\"\\ude00\"}"),
                                    digest("{\"a\":\"\\ud83da\"}"),
                                    digest("{\"a\":\"\\ude00\\ud83d\"}"),
                                    digest("{\"a\":\"\\ufffd\"}")))
                    .doesNotHaveDuplicates();
        }

        @Test
        void keysAreUnescaped() {
            assertThat(digest("{\"\\u0061\\\\\":1}")).isEqualTo(digest("{\"a\\u005c\":1}"));
        }
    }

    @Nested
    class Values {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "1",
                    "1.0",
                    "1e0",
                    "\"1\"",
                    "[1]",
                    "[[1]]",
                    "{\"1\":1}",
                    "true",
                    "null",
                    "[]",
                    "{}",
                    "\"\"",
                    "[1,2]",
                    "[2,1]",
                    "[12]",
                    "[\"1\",2]",
                    "[\"1,2\"]"
                })
        void onlyTheSameValueIsEqual(String value) {
            assertThat(digest("{\"a\":" + value + "}")).isNotEqualTo(digest("{\"a\":11}"));
        }

        @Test
        void numbersMustBeWrittenAlike() {
            assertThat(digest("{\"a\":1}")).isNotEqualTo(digest("{\"a\":1.0}"));
        }

        @Test
        void valuesOfSiblingsAreNotInterchangeable() {
            assertThat(digest("{\"a\":1,\"b\":2}")).isNotEqualTo(digest("{\"a\":2,\"b\":1}"));
        }
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
    }

    @Nested
    class WhenAKeyAppearsTwice {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"a\":1,\"a\":1}",
                    "{\"b\":[{\"a\":1,\"\\u0061\":2}]}",
                    "{\"user\":{\"a\":1,\"a\":1}}",
                    "{\"user\":1,\"user\":2}"
                })
        void bodyHasNoDigest(String body) {
            assertThat(digest(body)).isEqualTo("none");
        }

        @Test
        void equalKeysInDifferentObjectsAreFine() {
            assertThat(digest("{\"a\":{\"a\":1},\"b\":[{\"a\":1},{\"a\":1}]}")).hasSize(64);
        }
    }

    @Nested
    class Bounds {
        @ParameterizedTest
        @ValueSource(ints = {10, 990})
        void deeplyNestedBodyHasADigest(int depth) {
            String arrays = "[".repeat(depth) + "]".repeat(depth);
            String objects = "{\"a\":".repeat(depth) + "1" + "}".repeat(depth);

            assertThat(digest("{\"a\":" + arrays + "}")).hasSize(64);
            assertThat(digest(objects)).hasSize(64);
        }

        @Test
        void bodyWithTooManyOpenKeysHasNone() {
            var body = new StringBuilder("{\"k\":0");
            for (int i = 0; i < 100_001; i++) {
                body.append(",\"").append(i).append("\":0");
            }

            assertThat(digest(body.append('}').toString())).isEqualTo("none");
        }

        @Test
        void manyKeysInClosedObjectsAreFine() {
            assertThat(digest("{\"a\":[" + "{\"b\":1},".repeat(200_000) + "0]}")).hasSize(64);
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
