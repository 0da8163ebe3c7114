package dev.millrace.similarity.prompt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PromptReaderTest {
    private static final PromptShape CHAT = new PromptShape("messages", "text", true);
    private static final PromptShape MESSAGES = new PromptShape("messages", "text", false);

    private static final String QUESTION = "{\"role\":\"user\",\"content\":\"Where is it?\"}";
    private static final String SYSTEM = "{\"role\":\"system\",\"content\":\"Be kind.\"}";

    private static PromptReading read(PromptShape shape, String body) {
        byte[] line = ("{\"body\":" + body + "}").getBytes(UTF_8);
        int start = "{\"body\":".length();
        return PromptReader.read(shape, line, start, line.length - start - 1);
    }

    private static PromptReading chat(String messages, String otherFields) {
        return read(CHAT, "{\"messages\":[" + messages + "]" + otherFields + "}");
    }

    private static PromptReading user(String text) {
        return chat("{\"role\":\"user\",\"content\":\"" + text + "\"}", "");
    }

    private static Prompt prompt(PromptReading reading) {
        assertThat(reading).isInstanceOf(Prompt.class);
        return (Prompt) reading;
    }

    @Test
    void singleTurnHasAPrompt() {
        assertThat(List.of(CHAT, MESSAGES))
                .allSatisfy(
                        it ->
                                assertThat(
                                                prompt(
                                                                read(
                                                                        it,
                                                                        "{\"messages\":["
                                                                                + QUESTION
                                                                                + "]}"))
                                                        .text())
                                        .isEqualTo("Where is it?"));
    }

    @Test
    void instructionsAreNoTurns() {
        String developer =
                "{\"role\":\"developer\",\"content\":[{\"type\":\"text\",\"text\":\"x\"}]}";

        assertThat(prompt(chat(SYSTEM + "," + developer + "," + QUESTION, "")).text())
                .isEqualTo("Where is it?");
    }

    @Test
    void contentMayBeOnePartOfText() {
        PromptReading reading =
                chat("{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Why?\"}]}", "");

        assertThat(prompt(reading).text()).isEqualTo("Why?");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            textBlock =
                    """
                    SEVERAL_TURNS   | {"messages":[Q,{"role":"assistant","content":"There."},Q]}
                    SEVERAL_TURNS   | {"messages":[Q,Q]}
                    SEVERAL_TURNS   | {"messages":[Q,S]}
                    SEVERAL_TURNS   | {"messages":[Q,{"role":"assistant","content":"It is"}]}
                    SEVERAL_TURNS   | {"messages":[7,Q]}
                    NOT_PLAIN_TEXT  | {"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"x"}}]}]}
                    NOT_PLAIN_TEXT  | {"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image","source":{}}]}]}
                    NOT_PLAIN_TEXT  | {"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}]}
                    NOT_PLAIN_TEXT  | {"messages":[{"role":"user","content":[]}]}
                    NOT_PLAIN_TEXT  | {"messages":[{"role":"user","content":null}]}
                    NOT_PLAIN_TEXT  | {"messages":[{"role":"user"}]}
                    EMPTY           | {"messages":[{"role":"user","content":" \\n"}]}
                    TOOLS           | {"messages":[Q],"tools":[{"type":"function"}]}
                    TOOLS           | {"messages":[Q],"tools":[]}
                    TOOLS           | {"messages":[Q],"functions":[{}]}
                    TOOLS           | {"messages":[Q],"web_search_options":{}}
                    TOOLS           | {"messages":[Q],"modalities":["text","audio"]}
                    SEVERAL_ANSWERS | {"messages":[Q],"n":2}
                    UNREADABLE      | {"messages":[]}
                    UNREADABLE      | {"messages":"Q"}
                    UNREADABLE      | {"messages":[7]}
                    UNREADABLE      | {"prompt":"x"}
                    UNREADABLE      | {"messages":[Q],"messages":[Q]}
                    UNREADABLE      | {"messages":[Q],"seed":1,"seed":2}
                    UNREADABLE      | ["messages"]
                    UNREADABLE      | {"messages":[Q]
                    """)
    void otherRequestsAreIneligible(Ineligible reason, String body) {
        String text =
                body.replace("Q", QUESTION)
                        .replace("S,", SYSTEM + ",")
                        .replace(",S]", "," + SYSTEM + "]");

        assertThat(read(CHAT, text)).isEqualTo(reason);
    }

    @Test
    void onlyChatsHaveInstructionsAmongTheMessages() {
        assertThat(read(MESSAGES, "{\"messages\":[" + SYSTEM + "," + QUESTION + "]}"))
                .isEqualTo(Ineligible.SEVERAL_TURNS);
    }

    @Test
    void nullIsAsGoodAsNothing() {
        assertThat(chat(QUESTION, ",\"tools\":null,\"n\":null")).isInstanceOf(Prompt.class);
        assertThat(chat(QUESTION, ",\"n\":1")).isInstanceOf(Prompt.class);
    }

    @Test
    void largeBodyIsNotRead() {
        assertThat(chat(QUESTION, ",\"x\":\"" + "a".repeat(PromptReader.MAX_BODY_BYTES) + "\""))
                .isEqualTo(Ineligible.LARGE_BODY);
        assertThat(user("long ".repeat(500))).isEqualTo(Ineligible.LONG);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "What does foo() return?",
                "Explain x = y[3] please",
                "Why is `map` slow?",
                "What does a_b mean?",
                "Fix this: if (a == b) return c;",
                "What is <b>bold</b>?",
                "select it: SELECT name FROM users",
                "Why do I get a NullPointerException?",
                "Run it with --force",
                "What is wrong in main.py?",
                "Is C:\\\\temp safe?",
                "Explain {} in JSON",
                "Explain:\\n    a b\\n    c d",
                "def add(a, b): what is it?"
            })
    void codeIsIneligible(String text) {
        assertThat(user(text)).isEqualTo(Ineligible.CODE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "How do I return the item(s) of order #4711?",
                "What is 3 + 4 * 2 - 1?",
                "Is 20% off $15.99 a good price (for a lamp)?",
                "Let me know; I have time today, e.g. at 10:30 a.m.",
                "Which class is the train to St. Moritz in?",
                "Update my address from Leeds to Bristol, please.",
                "See https://example.com/faq: how do I pay?",
                "Wie lange dauert der Versand nach Österreich?",
                "First question.\\nSecond question?",
                "I use macOS and an iPhone - does R&D, AT&T or A/B matter?"
            })
    void plainLanguageIsEligible(String text) {
        assertThat(user(text)).isInstanceOf(Prompt.class);
    }

    @Nested
    class Parameters {
        private static String of(String messages, String otherFields) {
            return prompt(chat(messages, otherFields)).parameters();
        }

        @Test
        void promptIsNotCovered() {
            assertThat(of("{\"role\":\"user\",\"content\":\"Where is it?\"}", ""))
                    .isEqualTo(of("{\"content\":\"And why?\",\"role\":\"user\"}", ""))
                    .isEqualTo(
                            of(
                                    "{\"role\":\"user\",\"content\":"
                                            + "[{\"type\":\"text\",\"text\":\"x\"}]}",
                                    ""))
                    .matches("[0-9a-f]{64}");
        }

        @Test
        void orderOfKeysAndNotationMakeNoDifference() {
            assertThat(of(QUESTION, ",\"seed\":1,\"stop\":\"\\u0041\""))
                    .isEqualTo(of(QUESTION, " , \"stop\" : \"A\" , \"seed\" : 1 "));
        }

        @Test
        void fieldsWithoutInfluenceAreNotCovered() {
            assertThat(of(QUESTION, ""))
                    .isEqualTo(
                            of(
                                    QUESTION,
                                    ",\"model\":\"m\",\"stream\":true,\"user\":\"u\","
                                            + "\"metadata\":{\"a\":\"b\"}"));
        }

        @Test
        void everythingElseIsCovered() {
            String other = "{\"role\":\"system\",\"content\":\"Be brief.\"}";
            String developer = "{\"role\":\"developer\",\"content\":\"Be kind.\"}";
            Set<String> all =
                    Stream.of(
                                    of(QUESTION, ""),
                                    of(SYSTEM + "," + QUESTION, ""),
                                    of(other + "," + QUESTION, ""),
                                    of(developer + "," + QUESTION, ""),
                                    of(SYSTEM + "," + other + "," + QUESTION, ""),
                                    of(other + "," + SYSTEM + "," + QUESTION, ""),
                                    of(QUESTION, ",\"system\":\"Be kind.\""),
                                    of(QUESTION, ",\"temperature\":0"),
                                    of(QUESTION, ",\"temperature\":0.0"),
                                    of(QUESTION, ",\"temperature\":\"0\""),
                                    of(QUESTION, ",\"max_tokens\":10"),
                                    of(QUESTION, ",\"max_tokens\":100"),
                                    of(QUESTION, ",\"stop\":[\"a\",\"b\"]"),
                                    of(QUESTION, ",\"stop\":[\"ab\"]"),
                                    of(QUESTION, ",\"stop\":[[\"a\"],\"b\"]"),
                                    of(QUESTION, ",\"response_format\":{\"type\":\"text\"}"),
                                    of(QUESTION, ",\"logprobs\":true"),
                                    of(
                                            "{\"role\":\"user\",\"name\":\"Ann\","
                                                    + "\"content\":\"Why?\"}",
                                            ""))
                            .collect(Collectors.toSet());

            assertThat(all).hasSize(18);
        }
    }

    @Nested
    class Namespaces {
        private static final Prompt PROMPT = new Prompt("Why?", "ab");

        private static String key(String tenant, String endpoint, String... call) {
            return NamespaceKey.of(tenant, endpoint, List.of(call), PROMPT);
        }

        @Test
        void promptMakesNoDifference() {
            assertThat(NamespaceKey.of("t", "/e", List.of("m"), new Prompt("Where?", "ab")))
                    .isEqualTo(key("t", "/e", "m"))
                    .matches("[0-9a-f]{64}");
        }

        @Test
        void eachPartMakesADifference() {
            assertThat(
                            Stream.of(
                                            key("t", "/e", "m"),
                                            key("u", "/e", "m"),
                                            key("t", "/f", "m"),
                                            key("t", "/e", "n"),
                                            key("t/", "e", "m"),
                                            key("t", "/e", "m", ""),
                                            key("t", "/e", "m", "p"),
                                            key("t", "/e", "mp"),
                                            key("t", "/e"),
                                            NamespaceKey.of(
                                                    "t",
                                                    "/e",
                                                    List.of("m"),
                                                    new Prompt("Why?", "ac")))
                                    .distinct())
                    .hasSize(10);
        }
    }

    private static String parametersInstructedBy(String system) {
        String message = "{\"role\":\"system\",\"content\":\"" + system + "\"},";
        return prompt(chat(message + QUESTION, "")).parameters();
    }

    @Test
    void loneSurrogatesAreNotOneSystemPrompt() {
        assertThat(
                        Stream.of("\\ud83d", "\\udc00", "?")
                                .map(PromptReaderTest::parametersInstructedBy))
                .doesNotHaveDuplicates();
    }

    private static String parametersOfPart(String otherFields) {
        String part = "{\"type\":\"text\",\"text\":\"Why?\"" + otherFields + "}";
        return prompt(chat("{\"role\":\"user\",\"content\":[" + part + "]}", "")).parameters();
    }

    @Test
    void otherFieldsOfTheTextCount() {
        assertThat(parametersOfPart(",\"citations\":true")).isNotEqualTo(parametersOfPart(""));
    }
}
