package dev.millrace.router.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.job.Buy;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.Rule;
import dev.millrace.router.policy.ActivePolicy;
import dev.millrace.router.topology.RouterDriver;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests how a job is bought: as its request says, else its batch, else the rule of its policy. */
class BuyTest {
    private final RouterDriver router = new RouterDriver();

    @AfterEach
    void close() {
        router.close();
    }

    private static Rule rule(@Nullable Buy buy) {
        return new Rule(
                Optional.empty(),
                List.of("small"),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.ofNullable(buy));
    }

    @ParameterizedTest
    @CsvSource({
        ",,,STANDARD",
        ",,LOWEST,LOWEST",
        ",STANDARD,LOWEST,STANDARD",
        ",LOWEST,,LOWEST",
        "LOWEST,STANDARD,STANDARD,LOWEST",
        "STANDARD,LOWEST,LOWEST,STANDARD"
    })
    void requestDecidesBeforeItsBatchAndItsRule(
            @Nullable Buy request, @Nullable Buy batch, @Nullable Buy rule, Buy expected)
            throws UnreadableHeader {
        router.active = ActivePolicy.of("default", "v1", new Policy(List.of(rule(rule))));
        String line = RouterDriver.line("a", "auto");

        router.send(
                request == null
                        ? line
                        : line.replaceFirst(
                                "\\{", "{\"millrace\":{\"buy\":\"" + request.word() + "\"},"),
                SubmissionHeaders.NONE.withDefaults(new SubmissionHeaders.Defaults(batch)));

        assertThat(JobHeaders.read(router.jobs("small").getFirst().headers()).buy())
                .isEqualTo(expected);
    }

    /** A client of the gateway awaits the answer. */
    @ParameterizedTest
    @CsvSource({",STANDARD", "LOWEST,LOWEST"})
    void ruleLetsNoCriticalJobWait(@Nullable Buy request, Buy expected) throws UnreadableHeader {
        router.active = ActivePolicy.of("default", "v1", new Policy(List.of(rule(Buy.LOWEST))));
        String buy = request == null ? "" : ",\"buy\":\"" + request.word() + "\"";

        router.send(
                RouterDriver.line("a", "auto")
                        .replaceFirst(
                                "\\{", "{\"millrace\":{\"priority\":\"critical\"" + buy + "},"),
                SubmissionHeaders.NONE);

        assertThat(JobHeaders.read(router.jobs("small", Lane.CRITICAL).getFirst().headers()).buy())
                .isEqualTo(expected);
    }
}
