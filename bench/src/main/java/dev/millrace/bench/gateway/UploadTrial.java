package dev.millrace.bench.gateway;

import dev.millrace.bench.gateway.GatewayFigures.Upload;
import dev.millrace.bench.process.ChildProcess;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Uploads a generated file in chunks, and reads the live heap of the receiving process before, in
 * the middle and after.
 *
 * @param base base URL of the gateway
 * @param bytes size of the file
 * @param pipeline the receiving process
 */
record UploadTrial(URI base, long bytes, ChildProcess pipeline, LongSupplier nanos) {
    private static final int OK = 200;

    Upload measure() throws IOException, InterruptedException {
        pipeline.requestLiveHeap();
        long before = pipeline.liveHeapMib();
        long start = nanos.getAsLong();
        HttpResponse<String> response = send();
        double seconds = (nanos.getAsLong() - start) / (double) TimeUnit.SECONDS.toNanos(1);
        if (response.statusCode() != OK) {
            throw new IOException(
                    "the upload was answered with %d: %s"
                            .formatted(response.statusCode(), response.body()));
        }
        long middle = pipeline.liveHeapMib();
        pipeline.requestLiveHeap();
        long after = pipeline.liveHeapMib();
        boolean isComplete =
                response.body().replace(" ", "").contains("\"bytes\":%d,".formatted(bytes));
        return new Upload(bytes, seconds, before, middle, after, isComplete);
    }

    private HttpResponse<String> send() throws IOException, InterruptedException {
        try (var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return http.send(
                    HttpRequest.newBuilder(URI.create(base + "/files"))
                            .header("Content-Type", UploadBody.CONTENT_TYPE)
                            .header("Authorization", "Bearer bench")
                            .POST(HttpRequest.BodyPublishers.ofInputStream(this::body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private InputStream body() {
        return UploadBody.of(bytes, pipeline::requestLiveHeap);
    }
}
