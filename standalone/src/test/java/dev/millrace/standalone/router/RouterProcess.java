package dev.millrace.standalone.router;

import dev.millrace.router.Router;
import dev.millrace.router.RouterSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;

/** A router in a JVM of its own, which works until it is killed. */
final class RouterProcess {
    private RouterProcess() {}

    static Process start(String bootstrap, Path state) throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "--sun-misc-unsafe-memory-access=allow",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RouterProcess.class.getName(),
                        bootstrap,
                        state.toString())
                .inheritIO()
                .start();
    }

    public static void main(String[] args) throws InterruptedException {
        var _ =
                Router.start(
                        RouterSettings.embedded(Stage.config(args[0]), Path.of(args[1])),
                        new SimpleMeterRegistry(),
                        InstantSource.system());
        new CountDownLatch(1).await();
    }
}
