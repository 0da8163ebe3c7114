package dev.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {
    private static final int TAKEN = 0;
    private static final int HELD = 1;

    @TempDir Path folder;

    private Path file() {
        return folder.resolve("lock");
    }

    /** Another process, which takes the lock and ends. */
    static final class OtherProcess {
        private OtherProcess() {}

        public static void main(String[] arguments) throws Exception {
            try (var _ = FolderLock.acquire(Path.of(arguments[0]))) {
                System.exit(TAKEN);
            } catch (FolderLock.HeldException e) {
                System.exit(HELD);
            }
        }
    }

    private int takenByAnotherProcess() throws Exception {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherProcess.class.getName(),
                        file().toString())
                .inheritIO()
                .start()
                .waitFor();
    }

    @Test
    void refusedSecondAcquireLeavesTheLockWithItsHolder() throws Exception {
        try (var _ = FolderLock.acquire(file())) {
            assertThatThrownBy(() -> FolderLock.acquire(file()).close())
                    .isInstanceOf(FolderLock.HeldException.class)
                    .hasMessage("held by process " + ProcessHandle.current().pid());

            assertThat(takenByAnotherProcess()).isEqualTo(HELD);
        }
    }

    @Test
    void questionWhetherItIsHeldLeavesTheLockWithItsHolder() throws Exception {
        try (var _ = FolderLock.acquire(file())) {
            assertThat(FolderLock.isHeld(file())).isTrue();

            assertThat(takenByAnotherProcess()).isEqualTo(HELD);
        }
    }

    @Test
    void closedLockCanBeTakenAgain() throws Exception {
        var first = FolderLock.acquire(file());
        first.close();
        assertThat(FolderLock.isHeld(file())).isFalse();
        assertThat(takenByAnotherProcess()).isEqualTo(TAKEN);

        try (var _ = FolderLock.acquire(file())) {
            first.close();

            assertThat(FolderLock.isHeld(file())).isTrue();
        }
    }
}
