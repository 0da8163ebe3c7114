package dev.millrace.standalone.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.standalone.ops.GatewayServer;
import dev.millrace.standalone.usage.ServedPipeline;
import dev.millrace.testclusters.SmallDisk;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway beside the embedded broker, whose disk fills up. */
class FullBrokerDiskIT {
    private static final int DISK_MEBIBYTES = 1_024;

    /** Leaves less than the 256 MiB for the results of accepted jobs. */
    private static final int BALLAST_MEBIBYTES = 800;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void workIsRefusedUntilThereIsRoom(@TempDir Path folder) throws Exception {
        try (var disk = SmallDisk.mount(folder, DISK_MEBIBYTES);
                var pipeline = ServedPipeline.start(disk.folder(), GatewayProcess.MODELS);
                GatewayServer gateway = pipeline.startGateway()) {
            await().until(() -> call(gateway).statusCode() == 200);

            Path ballast = fill(disk.folder());

            HttpResponse<String> refused = call(gateway);
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("\"disk_full\"", "the disk of the broker");
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(post(gateway, "/batches", "{}").body()).contains("\"disk_full\"");
            assertThat(post(gateway, "/batches/batch_1/cancel", "").statusCode()).isEqualTo(404);
            assertThat(post(gateway, "/batches/estimate", "{}").statusCode()).isEqualTo(400);
            await().until(() -> gateway.health().detail().contains("almost full"));

            Files.delete(ballast);

            assertThat(call(gateway).statusCode()).isEqualTo(200);
            await().until(() -> gateway.health().ready());
        }
    }

    private static Path fill(Path folder) throws IOException {
        Path ballast = folder.resolve("ballast");
        try (var out = Files.newOutputStream(ballast)) {
            byte[] mebibyte = new byte[1 << 20];
            for (int i = 0; i < BALLAST_MEBIBYTES; i++) {
                out.write(mebibyte);
            }
        }
        return ballast;
    }

    private HttpResponse<String> call(GatewayServer gateway)
            throws IOException, InterruptedException {
        return post(
                gateway,
                "/chat/completions",
                "{\"model\":\"quick\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
    }

    private HttpResponse<String> post(GatewayServer gateway, String path, String body)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(gateway.url() + path))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }
}
