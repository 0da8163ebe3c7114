package dev.millrace.router.integration;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.router.Router;
import dev.millrace.router.RouterSettings;
import dev.millrace.testclusters.RequestCluster;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.InstantSource;
import org.awaitility.Awaitility;

/** Starts routers in this process. */
final class Routers {

    private Routers() {}

    /** Starts a router and waits until it is ready. */
    static Router start(RequestCluster cluster, Path state) {
        return start(RequestCluster.config(cluster.bootstrap()), state);
    }

    /** Starts a router with the given configuration and waits until it is ready. */
    static Router start(MillraceConfig config, Path state) {
        var router =
                Router.start(
                        RouterSettings.embedded(config, state),
                        new SimpleMeterRegistry(),
                        InstantSource.system());
        Awaitility.await().until(() -> router.health().ready());
        return router;
    }
}
