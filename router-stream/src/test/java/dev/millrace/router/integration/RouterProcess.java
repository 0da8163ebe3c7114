package dev.millrace.router.integration;

import dev.millrace.router.Router;
import dev.millrace.router.RouterSettings;
import dev.millrace.testclusters.JavaProcess;
import dev.millrace.testclusters.RequestCluster;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;

/**
 * Runs a router in its own JVM until it is killed: either the only router, with a static member
 * name, or one of several.
 */
final class RouterProcess {
    private static final String ONE_OF_SEVERAL = "one of several";

    private RouterProcess() {}

    static Process start(String bootstrap, Path state) throws IOException {
        return start(bootstrap, state, "the only one");
    }

    static Process startOneOfSeveral(String bootstrap, Path state) throws IOException {
        return start(bootstrap, state, ONE_OF_SEVERAL);
    }

    private static Process start(String bootstrap, Path state, String place) throws IOException {
        return new ProcessBuilder(
                        JavaProcess.command(
                                "512m", RouterProcess.class, bootstrap, state.toString(), place))
                .inheritIO()
                .start();
    }

    public static void main(String[] args) throws InterruptedException {
        var config = RequestCluster.config(args[0]);
        var state = Path.of(args[1]);
        var settings =
                args[2].equals(ONE_OF_SEVERAL)
                        ? RouterSettings.of(config, state)
                        : RouterSettings.embedded(config, state);
        var _ = Router.start(settings, new SimpleMeterRegistry(), InstantSource.system());
        new CountDownLatch(1).await();
    }
}
