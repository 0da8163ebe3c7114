package dev.millrace.standalone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.standalone.data.DataDirectoryException.Problem;
import dev.millrace.testclusters.SmallDisk;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullDiskTest {
    @Test
    void dataDirectoryWithTooLittleSpaceIsRejectedOnOpen(@TempDir Path folder) throws Exception {
        try (var disk = SmallDisk.mount(folder, 8)) {
            var refusal =
                    catchThrowableOfType(
                            DataDirectoryException.class,
                            () -> DataDirectory.open(disk.folder()).close());

            assertThat(refusal.problem()).isEqualTo(Problem.DISK_FULL);
            assertThat(refusal).hasMessageContaining("64 MiB are needed");
        }
    }
}
