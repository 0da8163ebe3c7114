package dev.millrace.standalone.run.journal;

import static dev.millrace.standalone.run.journal.JournalFixture.parse;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that a line gets no old answer after a change of an option that affects the model's input.
 */
class LineKeyTest {
    private static byte[] key(String options) {
        return LineKey.of(
                parse(
                        1,
                        """
                        {"custom_id":"1","url":"/v1/chat/completions","body":{"model":"auto",\
                        "messages":[{"role":"user","content":"x"}]},"millrace":%s}"""
                                .formatted(options)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"retrieval\":{\"collection\":\"old\"}}|{\"retrieval\":{\"collection\":\"new\"}}",
                "{\"retrieval\":{\"collection\":\"old\",\"filter\":{\"year\":\"2025\"}}}"
                        + "|{\"retrieval\":{\"collection\":\"old\",\"filter\":{\"year\":\"2026\"}}}",
                "{\"retrieval\":{\"collection\":\"old\"}}"
                        + "|{\"retrieval\":{\"collection\":\"old\",\"on_empty\":\"call\"}}",
                "{\"split\":{\"reduce\":\"Join.\"}}|{\"split\":{\"reduce\":\"Count.\"}}",
                "{}|{\"split\":{}}",
                "{}|{\"headers\":{\"openai-beta\":\"assistants=v2\"}}"
            })
    void lineWithOtherPassagesPartsOrHeadersIsAnotherLine(String before, String after) {
        assertThat(key(after)).isNotEqualTo(key(before));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"priority\":\"high\"}",
                "{\"deadline\":\"2036-11-21T06:00:00Z\"}",
                "{\"max_cost_usd\":1}",
                "{\"metadata\":{\"queue\":\"refunds\"}}"
            })
    void lineWithAnotherPriorityLimitOrLabelIsTheSame(String options) {
        assertThat(key(options)).isEqualTo(key("{}"));
    }
}
