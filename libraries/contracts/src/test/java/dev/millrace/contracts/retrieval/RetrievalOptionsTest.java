package dev.millrace.contracts.retrieval;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestParser;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetrievalOptionsTest {
    private static ParseResult parse(String url, String retrieval) {
        String line =
                """
                {"custom_id":"a","url":"%s","body":{"model":"m","messages":[]},\
                "millrace":{"retrieval":%s}}"""
                        .formatted(url, retrieval);
        return RequestParser.parse(line.getBytes(UTF_8));
    }

    private static RetrievalOptions accepted(String retrieval) {
        if (parse("/v1/chat/completions", retrieval) instanceof ParseResult.Accepted(var line)
                && line.options().retrieval() != null) {
            return line.options().retrieval();
        }
        throw new AssertionError("refused: " + parse("/v1/chat/completions", retrieval));
    }

    private static String problem(String retrieval) {
        return ((ParseResult.Unacceptable) parse("/v1/chat/completions", retrieval)).message();
    }

    @Nested
    class Accepted {
        @Test
        void needsOnlyACollection() {
            assertThat(accepted("{\"collection\":\"handbook\"}"))
                    .isEqualTo(
                            new RetrievalOptions(
                                    "handbook",
                                    5,
                                    Map.of(),
                                    new ContextPlace.Instructions(),
                                    OnEmpty.Answer.DEFAULT));
        }

        @Test
        void namesNumberFilterAndPlace() {
            assertThat(
                            accepted(
                                    """
                                    {"collection":"h","top_k":50,"filter":{"lang":"en"},"place":"{{x}}"}"""))
                    .isEqualTo(
                            new RetrievalOptions(
                                    "h",
                                    50,
                                    Map.of("lang", "en"),
                                    new ContextPlace.Placeholder("{{x}}"),
                                    OnEmpty.Answer.DEFAULT));
        }

        @Test
        void saysWhatHappensWithoutPassages() {
            assertThat(accepted("{\"collection\":\"h\",\"on_empty\":\"call\"}").onEmpty())
                    .isEqualTo(new OnEmpty.Call());
            assertThat(accepted("{\"collection\":\"h\",\"on_empty\":\"fail\"}").onEmpty())
                    .isEqualTo(new OnEmpty.Fail());
            assertThat(accepted("{\"collection\":\"h\",\"empty_answer\":\"?\"}").onEmpty())
                    .isEqualTo(new OnEmpty.Answer("?"));
        }
    }

    @Nested
    class Refused {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "{}|millrace.retrieval.collection is missing",
                    "{'collection':'a/b'}|millrace.retrieval.collection must be 1 to 128 letters",
                    "{'collection':'a','top_k':51}|millrace.retrieval.top_k must be a whole number",
                    "{'collection':'a','top_k':99999999999}|millrace.retrieval.top_k must be",
                    "{'collection':'a','top_k':'5'}|millrace.retrieval.top_k must be",
                    "{'collection':'a','filter':{'x':1}}|millrace.retrieval.filter must have",
                    "{'collection':'a','filter':[]}|millrace.retrieval.filter must have",
                    "{'collection':'a','place':'there'}|millrace.retrieval.place must be",
                    "{'collection':'a','on_empty':'no'}|millrace.retrieval.on_empty must be",
                    "{'collection':'a','empty_answer':' '}|millrace.retrieval.empty_answer must be a text",
                    "{'collection':'a','empty_answer':'x','on_empty':'call'}|millrace.retrieval.empty_answer needs on_empty",
                    "{'collection':'a','rerank':true}|millrace.retrieval.rerank is not a known key",
                    "{'collection':'a','collection':'b'}|millrace.retrieval.collection appears twice",
                    "[]|millrace.retrieval must be an object, was an array"
                })
        void namesTheKeyAndWhatIsExpected(String retrieval, String expected) {
            assertThat(problem(retrieval.replace('\'', '"'))).contains(expected);
        }

        @ParameterizedTest
        @ValueSource(strings = {"/v1/embeddings", "/v1/completions"})
        void withoutMessages(String url) {
            assertThat(parse(url, "{\"collection\":\"handbook\"}"))
                    .isInstanceOfSatisfying(
                            ParseResult.Unacceptable.class,
                            it -> assertThat(it.message()).contains("needs a url whose body"));
        }
    }
}
