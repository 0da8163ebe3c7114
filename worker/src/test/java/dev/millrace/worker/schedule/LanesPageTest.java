package dev.millrace.worker.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.WorkerConfig.LaneWeights;
import dev.millrace.contracts.job.Lane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The page of the worker lists the lanes with their weights. */
class LanesPageTest {
    @Test
    void pageHasTheLanesInTheirOrderWithTheirWeights() throws IOException {
        String page = Files.readString(Path.of("../docs/worker.md")).replaceAll("\\s+", " ");
        List<String> shares =
                Arrays.stream(Lane.values())
                        .map(it -> LaneWeights.DEFAULT.of(it) + " `" + it.word() + "`")
                        .toList();
        int sum = Arrays.stream(Lane.values()).mapToInt(LaneWeights.DEFAULT::of).sum();

        assertThat(page)
                .contains(
                        String.join(", ", shares.subList(0, shares.size() - 1))
                                + " and "
                                + shares.getLast()
                                + " of each "
                                + sum);
    }
}
