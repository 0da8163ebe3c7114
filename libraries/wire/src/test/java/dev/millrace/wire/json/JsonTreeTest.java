package dev.millrace.wire.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTreeTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1.0,\"b\":1.50,\"c\":12345678901234567890123}",
                "[\"Grüße\",\"🚀\",null,true]",
                "\"\\u0000\"",
                "1E+999999999"
            })
    void valuesSurviveReadingAndWriting(String json) {
        assertThat(JsonTree.parse(json)).map(JsonTree::bytes).contains(json.getBytes(UTF_8));
    }

    @Test
    void loneSurrogatesStayEscapes() {
        assertThat(JsonTree.parse("\"ü\\ud800\"").map(JsonTree::bytes))
                .hasValueSatisfying(
                        bytes ->
                                assertThat(new String(bytes, UTF_8))
                                        .isEqualToIgnoringCase("\"ü\\ud800\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{} {}", "{\"a\":1,\"a\":2}", "[1,]", "NaN", "nul"})
    void anythingElseIsNoValue(String text) {
        assertThat(JsonTree.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"a\":1,\"b\":\"x\"} | {\"a\":1,\"b\":\"x\"}",
                "{\"a\":1,\"b\":\"x | {\"a\":1}",
                "{\"a\":1,\"b\": | {\"a\":1}",
                "{\"a\":1.50,\"b\":12 | {\"a\":1.50}",
                "{\"a\":[1,[2],3 | {\"a\":[1,[2]]}",
                "{\"a\":{\"b\":\"x\"},\"c\":{\"d\":tr | {\"a\":{\"b\":\"x\"},\"c\":{}}",
                "{ | {}"
            })
    void beginningOfAnObjectHasItsCompleteValues(String cut, String beginning) {
        assertThat(JsonTree.beginning(cut).map(JsonTree::text)).contains(beginning);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[1", "\"a", "x", "{\"a\":1,\"a\":2}"})
    void anythingElseIsNoBeginning(String text) {
        assertThat(JsonTree.beginning(text)).isEmpty();
    }

    @Test
    void tokensOfARangeAreCounted() {
        byte[] json = "x{\"a\":[1,\"b,c\"]}x".getBytes(UTF_8);

        assertThat(JsonTree.hasMoreTokens(json, 1, json.length - 2, 6)).isTrue();
        assertThat(JsonTree.hasMoreTokens(json, 1, json.length - 2, 7)).isFalse();
    }

    @Test
    void bytesThatAreNotUtf8AreNoValue() {
        assertThat(JsonTree.parse(new byte[] {'"', (byte) 0xC3, '"'})).isEmpty();
    }
}
