package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStoresTest {
    @TempDir Path folder;

    /** The SDK has thousands of classes, which would cost every start of a gateway. */
    @Test
    void nothingOfS3IsLoadedForAFolder() throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "-Xlog:class+load:stdout",
                                "-cp",
                                System.getProperty("java.class.path"),
                                FolderProgram.class.getName(),
                                folder.toString())
                        .redirectErrorStream(true)
                        .start();
        String loaded = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(loaded).isZero();
        assertThat(loaded)
                .contains("dev.millrace.gateway.Gateway ", "DiskFileStore")
                .doesNotContain("software.amazon.awssdk")
                .doesNotContain("dev.millrace.gateway.store.s3");
    }
}
