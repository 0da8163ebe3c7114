package dev.millrace.router.documents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.json.JsonBytes;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentTest {
    private static RequestLine line(String url, String body) {
        byte[] record =
                """
                {"custom_id":"c","url":"%s","body":{"model":"m",%s}}"""
                        .formatted(url, body)
                        .getBytes(UTF_8);
        return RequestParser.parse(record).accepted();
    }

    private static RequestLine chat(String messages) {
        return line("/v1/chat/completions", "\"messages\":" + messages);
    }

    private static Optional<String> textOf(RequestLine line) {
        return Document.of(line).map(Document::text);
    }

    @Nested
    class TheDocument {
        @Test
        void isTheLongestTextOfTheUser() {
            assertThat(
                            textOf(
                                    chat(
                                            """
                                            [{"role":"system","content":"a very long system prompt"},
                                             {"role":"user","content":"short"},
                                             {"content":"the document","role":"user"},
                                             {"role":"assistant","content":"a long answer of the model"}]""")))
                    .contains("the document");
        }

        @Test
        void mayBeAPartOfAMessage() {
            assertThat(
                            textOf(
                                    chat(
                                            """
                                            [{"role":"user","content":[
                                              {"type":"text","text":"Sum up:"},
                                              {"type":"image_url","image_url":{"url":"https://example.org/long.png"}},
                                              {"text":"the document","type":"text"},
                                              {"type":"other","text":"something else that is longer"}]}]""")))
                    .contains("the document");
        }

        @Test
        void isInTheLastOfTwoEqualKeys() {
            assertThat(
                            textOf(
                                    chat(
                                            """
                                            [{"role":"user","content":"a text that no provider reads"}],
                                            "messages":[{"role":"user","content":"the document"}]""")))
                    .contains("the document");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "\"input\":\"the document\"",
                    "\"input\":[{\"role\":\"user\",\"content\":\"the document\"}]",
                    "\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"the document\"}]}]"
                })
        void mayBeTheInputOfAResponse(String body) {
            assertThat(textOf(line("/v1/responses", body))).contains("the document");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "[]",
                    "\"text\"",
                    "[7,[\"x\"]]",
                    "[{\"role\":\"system\",\"content\":\"text\"}]",
                    "[{\"role\":\"user\",\"content\":{\"text\":\"x\"}}]",
                    "[{\"role\":\"user\",\"content\":[\"x\",7]}]",
                    "[{\"role\":\"user\"}]"
                })
        void isMissingWithoutATextOfTheUser(String messages) {
            assertThat(textOf(chat(messages))).isEmpty();
        }
    }

    @Property
    void replacedTextKeepsEverythingElse(@ForAll String document, @ForAll String other) {
        String text = JsonBytes.encodable(document) + "x";
        String quoted = JsonBytes.quoted(text);
        RequestLine line =
                chat("[ {\"role\":\"user\", \"content\" : " + quoted + "} ], \"n\": 1.0");
        Document found = Document.of(line).orElseThrow();

        assertThat(found.text()).isEqualTo(text);
        assertThat(new String(found.with(other), UTF_8))
                .isEqualTo(
                        new String(line.bytes(), UTF_8)
                                .replace(quoted, JsonBytes.quoted(JsonBytes.encodable(other))));
        assertThat(Document.of(found.parsed(found.with(other))).orElseThrow().text())
                .isEqualTo(JsonBytes.encodable(other));
    }
}
