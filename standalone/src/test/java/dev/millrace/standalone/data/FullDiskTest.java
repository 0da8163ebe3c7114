package dev.millrace.standalone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.fail;

import dev.millrace.standalone.data.DataDirectoryException.Problem;
import dev.millrace.testclusters.SmallDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
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

    @Test
    void serviceWaitsForRoomAndSaysSoEveryFiveMinutes(@TempDir Path folder) throws Exception {
        var said = new ArrayList<String>();
        var pauses = new AtomicInteger();
        Path roomy = Files.createDirectory(folder.resolve("roomy"));
        try (var disk = SmallDisk.mount(Files.createDirectory(folder.resolve("full")), 8);
                var data =
                        DiskWait.open(
                                () ->
                                        DataDirectory.open(
                                                pauses.get() <= DiskWait.ATTEMPTS_PER_MESSAGE
                                                        ? disk.folder()
                                                        : roomy),
                                said::add,
                                () -> pauses.incrementAndGet())) {
            assertThat(data.root()).isEqualTo(roomy.toAbsolutePath());
            assertThat(said)
                    .hasSize(2)
                    .allSatisfy(it -> assertThat(it).startsWith("waiting: The disk of"));
        }
    }

    @Test
    void serviceDoesNotWaitForADirectoryInUse(@TempDir Path folder) {
        try (var _ = DataDirectory.open(folder)) {
            assertThatThrownBy(
                            () ->
                                    DiskWait.open(
                                            () -> DataDirectory.open(folder),
                                            _ -> {},
                                            () -> fail("waits")))
                    .isInstanceOf(DataDirectoryException.class)
                    .hasMessageContaining("is in use");
        }
    }
}
