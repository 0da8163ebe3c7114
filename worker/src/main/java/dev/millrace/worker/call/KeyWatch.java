package dev.millrace.worker.call;

import dev.millrace.worker.http.Transport;
import dev.millrace.worker.port.Providers.ProviderKey;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews API keys and certificates periodically, on a dedicated daemon thread: rereads their files,
 * which can be on a slow or broken network drive, and runs commands when they are due. Compares the
 * content of files, since a replaced file or link can have any date.
 */
final class KeyWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeyWatch.class);
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private final Map<String, ApiKeys> keys;
    private final Transport transport;
    private final ScheduledThreadPoolExecutor watch =
            new ScheduledThreadPoolExecutor(
                    1, Thread.ofPlatform().daemon().name("millrace-worker-keys").factory());

    /**
     * @param keys by provider
     */
    KeyWatch(Map<String, ApiKeys> keys, Transport transport) {
        this.transport = transport;
        this.keys =
                keys.entrySet().stream()
                        .filter(it -> it.getValue().canChange())
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Starts to watch. */
    void start() {
        var _ =
                watch.scheduleWithFixedDelay(
                        this::renew, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Reads all files once, and starts the commands that are due. */
    void renew() {
        try {
            keys.values().forEach(ApiKeys::renew);
            transport.readFilesAgain();
        } catch (RuntimeException e) {
            // An exception would end the watch.
            LOG.atError().setCause(e).log("API keys and certificates could not be renewed");
        }
    }

    /** Returns the keys that were replaced since the last call. */
    Collection<ProviderKey> takeReplaced() {
        var taken = new HashSet<ProviderKey>();
        keys.forEach(
                (provider, them) ->
                        them.takeReplaced()
                                .forEach(key -> taken.add(new ProviderKey(provider, key))));
        return taken;
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }
}
