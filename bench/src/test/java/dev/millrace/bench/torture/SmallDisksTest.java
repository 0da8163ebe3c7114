package dev.millrace.bench.torture;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SmallDisksTest {
    private static final byte[] MORE_THAN_LEFT = new byte[2 << 20];

    private final SmallDisks disks = new SmallDisks();
    @TempDir private Path parent;

    private Path folder() {
        return parent.resolve("disk");
    }

    @BeforeEach
    void mount() {
        boolean isMounted = true;
        try {
            disks.mount(folder());
        } catch (IOException forbidden) {
            isMounted = false;
        }
        assumeTrue(isMounted, "mounting a file system needs root on Linux");
    }

    @AfterEach
    void unmount() throws IOException {
        disks.close();
    }

    private void write(String name) throws IOException {
        Files.write(folder().resolve(name), MORE_THAN_LEFT);
    }

    @Test
    void fullDiskRefusesWrites() throws IOException {
        write("before");

        SmallDisks.fill(folder());

        assertThatThrownBy(() -> write("after")).hasMessageContaining("No space left");
    }

    @Test
    void freedDiskAcceptsWrites() throws IOException {
        SmallDisks.fill(folder());

        SmallDisks.free(folder());

        write("after");
    }
}
