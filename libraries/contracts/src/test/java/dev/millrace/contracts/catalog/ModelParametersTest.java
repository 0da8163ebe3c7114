package dev.millrace.contracts.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.ModelParameters.UnacceptableKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ModelParametersTest {
    private static final ModelParameters RENAMED =
            new ModelParameters(
                    Map.of("max_tokens", "max_completion_tokens"), Set.of(), Optional.empty());

    @Test
    void refusedKeysAreReportedInTheOrderOfTheBody() {
        var parameters =
                new ModelParameters(Map.of(), Set.of("top_p", "temperature"), Optional.empty());

        assertThat(parameters.problemsOf(List.of("model", "temperature", "top_p")))
                .containsExactly(
                        new UnacceptableKey("temperature", "does not accept temperature"),
                        new UnacceptableKey("top_p", "does not accept top_p"));
        assertThat(parameters.problemsOf(List.of("model", "messages"))).isEmpty();
    }

    @Test
    void refusedStreamOptionsAreLeftOutAndNoProblem() {
        var parameters = new ModelParameters(Map.of(), Set.of("stream_options"), Optional.empty());

        assertThat(parameters.problemsOf(List.of("model", "stream_options"))).isEmpty();
    }

    @Test
    void bodyWithBothNamesOfAKeyIsNotAcceptable() {
        assertThat(RENAMED.problemsOf(List.of("max_completion_tokens", "max_tokens")))
                .containsExactly(
                        new UnacceptableKey(
                                "max_tokens",
                                "knows max_tokens as max_completion_tokens, which the body has as well"));
        assertThat(RENAMED.problemsOf(List.of("max_tokens"))).isEmpty();
        assertThat(RENAMED.problemsOf(List.of("max_completion_tokens"))).isEmpty();
    }
}
