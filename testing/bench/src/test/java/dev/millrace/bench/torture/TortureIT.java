package dev.millrace.bench.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.bench.Main;
import dev.millrace.testclusters.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A short run from a new seed, which the output names. */
@Tag("long")
class TortureIT {
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void shortRunKeepsEveryGuarantee() throws IOException {
        assumeTrue(PostgresServer.binaries().isPresent(), "PostgreSQL is not installed");

        assertThat(Main.execute("torture", "--minutes", "3", "--keep", folder.toString())).isZero();
    }
}
