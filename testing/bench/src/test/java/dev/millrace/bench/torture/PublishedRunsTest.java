package dev.millrace.bench.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.bench.torture.OutcomeCheck.Verdict;
import dev.millrace.bench.torture.PublishedRuns.Faults;
import dev.millrace.standalone.console.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the tables of all runs. */
class PublishedRunsTest {
    private static final String PAGE = "before\n<!-- torture -->\n<!-- end of torture -->\nafter\n";

    private static List<Long> run(int minutes, int faults, long jobs, long seed) {
        return new Verdict(jobs, 0, 0, 0, 4, 7, List.of()).row(minutes, seed, faults);
    }

    @Test
    void runsAddUp(@TempDir Path folder) throws IOException {
        Path page = Files.writeString(folder.resolve("page.md"), PAGE);

        PublishedRuns.add(page, run(3, 2, 5_000, 11), Map.of("kill", new Faults(2, 7.25)));
        PublishedRuns.add(
                page,
                run(10, 2, 20_000, 12),
                Map.of("kill", new Faults(1, 3.0), "link-cut", new Faults(1, 9.0)));

        assertThat(page)
                .hasContent(
                        """
                        before
                        <!-- torture -->
                        | minutes | faults | jobs | lost | doubled | overspent | re-billed | uncertain | seed |
                        |---:|---:|---:|---:|---:|---:|---:|---:|---:|
                        | 3 | 2 | 5,000 | 0 | 0 | 0 | 4 | 7 | 11 |
                        | 10 | 2 | 20,000 | 0 | 0 | 0 | 4 | 7 | 12 |
                        | **13** | **4** | **25,000** | **0** | **0** | **0** | **8** | **14** | all |

                        | fault | times | worst recovery, s |
                        |---|---:|---:|
                        | `kill` | 3 | 7.3 |
                        | `link-cut` | 1 | 9.0 |
                        <!-- end of torture -->
                        after
                        """);
    }

    @Test
    void pageWithoutTheSectionIsRefused(@TempDir Path folder) throws IOException {
        Path page = Files.writeString(folder.resolve("page.md"), "before\nafter\n");

        assertThatThrownBy(() -> PublishedRuns.add(page, run(3, 0, 1, 11), Map.of()))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("<!-- torture -->");
    }
}
