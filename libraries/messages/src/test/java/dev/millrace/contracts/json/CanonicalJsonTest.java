package dev.millrace.contracts.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.json.JsonText.Fields;
import dev.millrace.contracts.json.JsonText.Items;
import dev.millrace.contracts.json.JsonText.Scalar;
import dev.millrace.contracts.json.JsonText.Text;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
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

class CanonicalJsonTest {
    private static String digest(String json) {
        return hex(CanonicalJson.digest(("x" + json + "x").getBytes(UTF_8), 1));
    }

    private static String hex(Optional<byte[]> digest) {
        return digest.map(HexFormat.of()::formatHex).orElse("none");
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
    class LeftOutFields {
        private static String without(String json, String... leftOut) {
            return hex(
                    CanonicalJson.digest(
                            json.getBytes(UTF_8), 0, Set.of(leftOut), (_, _, _) -> {}));
        }

        @Test
        void leftOutFieldsMakeNoDifference() {
            assertThat(without("{\"a\":1,\"b\":{\"x\":[1]},\"c\":2}", "b", "c", "d"))
                    .isEqualTo(digest("{\"a\":1}"));
        }

        @Test
        void fieldOfANestedObjectMatters() {
            assertThat(without("{\"a\":{\"b\":1}}", "b")).isNotEqualTo(digest("{\"a\":{}}"));
        }

        @Test
        void listenerGetsTheFieldsOfTheObjectItself() {
            var fields = new ArrayList<String>();
            String json = " {\"a\" : {\"x\":1} , \"\\u0062\":[2, 3]}";

            CanonicalJson.digest(
                    json.getBytes(UTF_8),
                    1,
                    Set.of("a"),
                    (name, start, end) -> fields.add(name + json.substring(start, end)));

            assertThat(fields).containsExactly("a{\"x\":1}", "b[2, 3]");
        }
    }

    /** Keys of caches and journals are made of these digests, so they must never change. */
    @Nested
    class Stored {
        @ParameterizedTest
        @CsvSource(
                quoteCharacter = '`',
                delimiter = '|',
                value = {
                    "{}|e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                    """
                    {"b":[1,-2.5e3,true,null,"x",{"y":{}}],"a":{"user":1,"model":[]},"metadata":{"k":1}}\
                    |d3966e69fbfad43ffaf32ccdfa1a3cefa58da7a7e8efd1addb2fea796a8f0909""",
                })
        void digestIsTheStoredOne(String json, String stored) {
            assertThat(digest(json)).isEqualTo(stored);
        }
    }

    @Nested
    class WhenAKeyAppearsTwice {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"a\":1,\"a\":1}",
                    "{\"b\":[{\"a\":1,\"\\u0061\":2}]}",
                    "{\"b\":{\"a\":1,\"a\":1}}",
                    "{\"b\":1,\"b\":2}"
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
}
