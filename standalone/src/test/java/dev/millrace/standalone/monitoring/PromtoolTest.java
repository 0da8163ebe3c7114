package dev.millrace.standalone.monitoring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Checks and tests the rules for Prometheus with its own tool. */
class PromtoolTest {
    private static String promtool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        Process process;
        try {
            process =
                    new ProcessBuilder(command)
                            .directory(RulesTest.FOLDER.toFile())
                            .redirectErrorStream(true)
                            .start();
        } catch (IOException e) {
            return abort("promtool is not installed; see CONTRIBUTING.md: " + e.getMessage());
        }
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @Test
    void configurationAndRulesAreValid() throws Exception {
        assertThat(promtool("check", "config", "prometheus.yml")).contains("SUCCESS");
    }

    @Test
    void rulesPassTheirTests() throws Exception {
        assertThat(promtool("test", "rules", "millrace.rules.test.yml")).contains("SUCCESS");
    }
}
