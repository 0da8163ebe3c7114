package dev.millrace.configuration.loading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.OutputLimit;
import dev.millrace.contracts.job.Endpoint;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RenamedLimitTest {
    @Test
    void theLimitsKeyIsTheModelsOwnName() {
        var catalog =
                new ConfigLoader(Map.of())
                        .parse(
                                "m.yaml",
                                """
                                providers: { p: { wire: openai, base_url: "https://h" } }
                                models:
                                  thinker:
                                    provider: p
                                    price: { input: 1, output: 1 }
                                    parameters: { rename: { max_tokens: max_completion_tokens } }
                                  o3:
                                    provider: p
                                    price: { input: 1, output: 1 }
                                    parameters: { rename: { max_completion_tokens: max_tokens } }
                                """)
                        .catalog();

        assertThat(OutputLimit.key(Endpoint.CHAT_COMPLETIONS, catalog.find("thinker").get()))
                .isEqualTo("max_completion_tokens");
        assertThat(OutputLimit.key(Endpoint.CHAT_COMPLETIONS, catalog.find("o3").get()))
                .isEqualTo("max_tokens");
    }
}
