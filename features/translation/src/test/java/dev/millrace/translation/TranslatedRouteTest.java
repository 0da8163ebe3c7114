package dev.millrace.translation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.router.RouterTopology;
import dev.millrace.router.express.ExpressPlanner;
import dev.millrace.router.topology.RouterDriver;
import dev.millrace.wire.translate.Translation;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Chats for a model of messages, as the router and the express lane plan them. */
class TranslatedRouteTest {
    private static final List<Translation> ALL = List.of(WireTranslation.values());

    private final RouterDriver router = new RouterDriver(ALL);

    @AfterEach
    void close() {
        router.close();
    }

    private static String chat(String fields, String options) {
        return """
        {"custom_id":"a","url":"/v1/chat/completions","body":{"model":"claude",%s\
        "messages":[{"role":"user","content":"Hi"}]},"millrace":{%s}}"""
                .formatted(fields, options);
    }

    private @Nullable Long addedLimit(String fields) throws UnreadableHeader {
        router.send(chat(fields, ""));
        return JobHeaders.read(router.jobs("claude").getFirst().headers()).maxOutputTokens();
    }

    @Test
    void headersHaveTheDefaultLimitThatIsSent() throws UnreadableHeader {
        assertThat(addedLimit("")).isEqualTo(Model.DEFAULT_MAX_TOKENS);
    }

    @Test
    void noLimitIsAddedToAJobWithItsOwn() throws UnreadableHeader {
        assertThat(addedLimit("\"max_tokens\":5,")).isNull();
    }

    @Test
    void fieldWithoutCounterpartIsInTheResult() {
        router.send(chat("\"seed\":1,", ""));

        assertThat(router.jobs("claude")).isEmpty();
        assertThat(new String(router.results().getFirst().value(), UTF_8))
                .contains("\"code\":\"validation_error\"", "\"param\":\"body.seed\"");
    }

    @Test
    void expressJobHasTheHeadersThatTheRouterWrites() throws UnreadableHeader {
        MillraceConfig config =
                new ConfigLoader(Map.of())
                        .parse(
                                "test",
                                """
                                providers:
                                  anthropic: { wire: anthropic, base_url: "http://localhost:1" }
                                models:
                                  claude: { provider: anthropic, price: { input: 3, output: 15 } }
                                """);
        var planner =
                new ExpressPlanner(config, ALL, RouterTopology.planning(config), router.clock);
        String line = chat("", "\"priority\":\"critical\"");
        var submission =
                new SubmissionHeaders("acme", "gateway", null, router.clock.instant(), null);

        router.send(line, submission);

        var routed = router.jobs("claude", Lane.CRITICAL).getFirst().headers();
        assertThat(
                        planner.plan(
                                RequestParser.parse(line.getBytes(UTF_8)).accepted(),
                                JobId.of("acme", "gateway", "a"),
                                submission,
                                ControlState.EMPTY))
                .contains(JobHeaders.read(routed).withoutRequestPartition());
    }
}
