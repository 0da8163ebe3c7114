package dev.millrace.standalone.e2e.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.standalone.e2e.Batch;
import dev.millrace.standalone.e2e.CountedProvider;
import dev.millrace.standalone.e2e.Finished;
import dev.millrace.standalone.e2e.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A provider with two keys that commands print, the first of which fails. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the commands are those of a Unix")
class TokenCommandIT {
    private static final int JOBS = 20;
    private static final String FAILURE = " of counted has failed (exit code 3): not logged in";

    @TempDir private Path folder;
    private final CountedProvider provider = CountedProvider.answeringAfter(Duration.ZERO);

    @BeforeEach
    void configure() throws IOException {
        provider.configure(folder, 4);
        Path config = folder.resolve("millrace.yaml");
        String keys =
                """
                , keys: [
                      { command: [ sh, -c, "echo not logged in >&2; exit 3" ] },
                      { command: [ echo, '{"access_token":"token-4711","expires_in":3600}' ] } ] }
                """;
        Files.writeString(
                config,
                Files.readString(config).replaceFirst("/v1 }\\n", "/v1" + keys)
                        + "metrics: { listen: 127.0.0.1:0 }\ngateway: { listen: 127.0.0.1:0 }\n");
    }

    @AfterEach
    void close() {
        provider.close();
    }

    private Finished run(Object... arguments) {
        return new Launcher(folder).run(arguments);
    }

    @Test
    void otherKeyAnswersAllJobsAndTheCauseIsLogged() throws IOException {
        var lines = new StringBuilder();
        for (int i = 0; i < JOBS; i++) {
            lines.append(
                    "{\"custom_id\":\"%d\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"gpt-5-nano\",\"messages\":[{\"role\":\"user\",\"content\":\"Say yes.\"}]}}\n"
                            .formatted(i));
        }
        Files.writeString(folder.resolve("batch.jsonl"), lines);

        Finished run = run("run", "--json", "batch.jsonl").exitsWith(0);

        assertThat(Batch.read(folder.resolve("batch.results.jsonl")))
                .hasSize(JOBS)
                .allMatch(it -> it.path("response").path("status_code").asInt() == 200);
        assertThat(provider.calls().calls()).isEqualTo(JOBS);
        assertThat(run.err() + Files.readString(folder.resolve(".millrace/millrace.log")))
                .contains("the command of key 1" + FAILURE)
                .doesNotContain("4711");
    }

    @Test
    void checkCallsWithEachKey() {
        Finished check = run("check", "--model", "gpt-5-nano").exitsWith(3);

        assertThat(check.out().lines())
                .anyMatch(
                        it ->
                                it.startsWith("FAIL")
                                        && it.contains("the command of the key" + FAILURE))
                .anyMatch(it -> it.startsWith("ok") && it.contains(" key 2 "));
        assertThat(check.out() + check.err()).doesNotContain("4711");
    }
}
