package dev.millrace.retrieval.document;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.retrieval.document.DocumentKey.CollectionId;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentRecordsTest {
    @ParameterizedTest
    @ValueSource(strings = {"acme", "a/b", "a%2Fb", "100%", "%25/"})
    void keySurvivesARoundTrip(String tenant) {
        var key = new DocumentKey(new CollectionId(tenant, "hand.book"), "docs/returns.md");
        assertThat(DocumentKey.parse(key.bytes())).contains(key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "acme", "acme/handbook", "acme/hand book/x", "/c/x", "a/c/ "})
    void otherKeysAreNone(String key) {
        assertThat(DocumentKey.parse(key.getBytes(UTF_8))).isEmpty();
    }

    @Test
    void documentSurvivesARoundTrip() {
        var document =
                new StoredDocument("T", "s", Map.of("lang", "en", "a", "ä"), "Text \"x\"\n😀");
        assertThat(DocumentCodec.parse(DocumentCodec.toJson(document))).isEqualTo(document);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"text\":\" \"}",
                "{\"text\":7}",
                "{\"text\":\"x\",\"metadata\":[]}",
                "{\"text\":\"x\"} {}",
                "{\"text\":\"x\",\"metadata\":{\"a\":1}}",
                "{\"text\":null}"
            })
    void anythingElseIsRefused(String value) {
        assertThatThrownBy(() -> DocumentCodec.parse(value.getBytes(UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void unknownKeysAreIgnored() {
        assertThat(
                        DocumentCodec.parse(
                                        "{\"text\":\"x\",\"later\":{\"a\":[1]}}".getBytes(UTF_8))
                                .text())
                .isEqualTo("x");
    }
}
