package dev.millrace.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.simulator.settings.Failure;
import dev.millrace.simulator.settings.ModelSettings;
import dev.millrace.simulator.settings.SimulatorSettings;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Checks {@code docs/simulator.md} against the simulator. */
class SimulatorPageTest {
    /** A curl command: method, path with query, header, its value, body. */
    private static final Pattern CURL =
            Pattern.compile(
                    "curl -s (?:-X (PUT|POST|DELETE) )?'?localhost:8089(/[^\\s']*)'?"
                            + "(?: -H '([^:']*): ([^']*)')?(?:[\\s\\\\]+-d '([^']*)')?");

    private final String page = Files.readString(Path.of("..", "..", "docs", "simulator.md"));

    SimulatorPageTest() throws IOException {}

    @Test
    void everyDocumentedCommandWorks() {
        List<MatchResult> commands = CURL.matcher(page).results().toList();
        assertThat(commands).hasSize(11);
        try (SimulatorClient client = SimulatorClient.of("{}")) {
            for (MatchResult command : commands) {
                HttpResponse<String> response = client.send(request(client, command));

                assertThat(response.statusCode()).as(command.group()).isEqualTo(200);
            }
        }
    }

    private static HttpRequest request(SimulatorClient client, MatchResult command) {
        String body = command.group(5) == null ? "" : command.group(5);
        String method =
                command.group(1) == null ? (body.isEmpty() ? "GET" : "POST") : command.group(1);
        HttpRequest.Builder request =
                client.request(command.group(2)).method(method, BodyPublishers.ofString(body));
        if (command.group(3) != null) {
            request.header(command.group(3), command.group(4));
        }
        return request.build();
    }

    @Test
    void documentedSettingsAreValid() {
        Matcher block = Pattern.compile("(?s)```yaml\\n(.*?)```").matcher(page);
        assertThat(block.find()).isTrue();

        SimulatorSettings settings = SimulatorSettings.parse("page", block.group(1));

        assertThat(settings.accounts()).hasSize(2);
        assertThat(settings.outages()).hasSize(1);
    }

    @Test
    void everyFailureIsDocumented() {
        for (Failure failure : Failure.values()) {
            assertThat(page).contains("\n| `" + failure.key() + "` | ");
        }
    }

    @Test
    void everySettingIsDocumentedWithItsDefault() {
        JsonNode defaults =
                SimulatorClient.JSON.readTree(ModelSettings.DEFAULT.toJson().toString());
        defaults.properties()
                .forEach(
                        setting -> {
                            JsonNode value = setting.getValue();
                            if (!value.isObject()) {
                                assertShown(setting.getKey(), value);
                            } else if (!setting.getKey().equals("failures")) {
                                value.properties()
                                        .forEach(
                                                part ->
                                                        assertShown(
                                                                setting.getKey()
                                                                        + "."
                                                                        + part.getKey(),
                                                                part.getValue()));
                            }
                        });
    }

    private void assertShown(String key, JsonNode value) {
        assertThat(page).contains("\n| `" + key + "` | `" + value + "` |");
    }
}
