package dev.millrace.gateway.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskFileStoreTest implements FileStoreContract {
    @TempDir Path root;

    @Override
    public FileStore open() {
        return new DiskFileStore(root);
    }

    @Override
    public List<String> stored() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile)
                    .map(it -> root.relativize(it).toString().replace('\\', '/'))
                    .toList();
        }
    }

    @Test
    void folderThatCannotBeCreatedIsNamedInTheError() throws IOException {
        Path file = Files.createFile(root.resolve("occupied"));

        assertThatThrownBy(() -> new DiskFileStore(file).create(PATH))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(file.toString());
        assertThatThrownBy(() -> new DiskFileStore(file).check())
                .isInstanceOf(StorageException.class);
    }

    /** Needs the right to mount a file system, which the root of a container may have. */
    @Test
    void fullDiskIsAnErrorWithTheReasonAndLeavesNothingBehind()
            throws IOException, InterruptedException {
        Path small = Files.createDirectory(root.resolve("small"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small.toString()));
        try {
            var store = new DiskFileStore(small);
            try (FileStore.Draft draft = store.create(PATH)) {
                assertThatThrownBy(() -> draft.write(new byte[4 << 20], 0, 4 << 20))
                        .isInstanceOf(StorageException.class)
                        .hasMessageContaining("No space left");
            }
            assertThat(stored()).isEmpty();
            store.write(PATH, "content".getBytes(UTF_8));
            assertThat(store.read(PATH).orElseThrow()).isEqualTo("content".getBytes(UTF_8));
        } finally {
            assertThat(run("umount", small.toString())).isTrue();
        }
    }

    /** Needs the right to mount a file system, too: the root of a system may write everywhere. */
    @Test
    void readOnlyFolderIsNamedInTheErrorOfTheCheck() throws IOException, InterruptedException {
        Path fixed = Files.createDirectory(root.resolve("fixed"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "ro", "tmpfs", fixed.toString()));
        try {
            assertThatThrownBy(() -> new DiskFileStore(fixed).check())
                    .isInstanceOf(StorageException.class)
                    .hasMessageContainingAll(fixed.toString(), "Read-only file system");
        } finally {
            assertThat(run("umount", fixed.toString())).isTrue();
        }
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
