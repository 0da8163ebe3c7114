package dev.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {
    private static final int ACQUIRED = 0;
    private static final int HELD = 1;

    @TempDir Path folder;

    private Path file() {
        return folder.resolve("lock");
    }

    /** A process that tries to acquire the lock and ends. */
    static final class OtherProcess {
        private OtherProcess() {}

        public static void main(String[] arguments) throws Exception {
            try (var _ = FolderLock.acquire(Path.of(arguments[0]))) {
                System.exit(ACQUIRED);
            } catch (FolderLock.HeldException e) {
                System.exit(HELD);
            }
        }
    }

    private int acquireInAnotherProcess() throws Exception {
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
    void failedSecondAcquireKeepsTheLock() throws Exception {
        try (var _ = FolderLock.acquire(file())) {
            assertThatThrownBy(() -> FolderLock.acquire(file()).close())
                    .isInstanceOf(FolderLock.HeldException.class)
                    .hasMessage("held by process " + ProcessHandle.current().pid());

            assertThat(acquireInAnotherProcess()).isEqualTo(HELD);
        }
    }

    @Test
    void checkingTheLockKeepsIt() throws Exception {
        try (var _ = FolderLock.acquire(file())) {
            assertThat(FolderLock.isHeld(file())).isTrue();

            assertThat(acquireInAnotherProcess()).isEqualTo(HELD);
        }
    }

    @Test
    void closedLockCanBeAcquiredAgain() throws Exception {
        var first = FolderLock.acquire(file());
        first.close();
        assertThat(FolderLock.isHeld(file())).isFalse();
        assertThat(acquireInAnotherProcess()).isEqualTo(ACQUIRED);

        try (var _ = FolderLock.acquire(file())) {
            first.close();

            assertThat(FolderLock.isHeld(file())).isTrue();
        }
    }
}
