package dev.millrace.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.load.BillComparison.Check;
import dev.millrace.bench.process.WorkFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares a complete run in separate processes with the provider's bill. */
@Tag("long")
class RunBenchIT {
    @Test
    void outputAndBillAgree(@TempDir Path folder) throws IOException, InterruptedException {
        LoadReport report =
                new LoadPlan(300, 100, "5ms", List.of()).measure(new WorkFolder(folder, true));

        assertThat(report.run().exitCode()).isZero();
        assertThat(report.checks()).hasSize(7).allMatch(Check::isKept);
        assertThat(report.json()).contains("\"good\":true");
    }
}
