package dev.millrace.worker.call;

import dev.millrace.worker.port.Providers.ProviderKey;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rereads the files of API keys periodically, on a dedicated daemon thread: a file can be on a slow
 * or broken network drive. Compares the content, since a replaced file or link can have any date.
 */
final class KeyFileWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KeyFileWatch.class);
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private final Map<String, ApiKeys> keys;
    private final Set<ProviderKey> replaced = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor watch =
            new ScheduledThreadPoolExecutor(
                    1, Thread.ofPlatform().daemon().name("millrace-worker-keys").factory());

    /**
     * @param keys by provider
     */
    KeyFileWatch(Map<String, ApiKeys> keys) {
        this.keys =
                keys.entrySet().stream()
                        .filter(it -> it.getValue().areFromFiles())
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Starts to watch the files, if there are any. */
    void start() {
        if (!keys.isEmpty()) {
            long millis = INTERVAL.toMillis();
            var _ =
                    watch.scheduleWithFixedDelay(
                            this::readAgain, millis, millis, TimeUnit.MILLISECONDS);
        }
    }

    /** Reads all files once. */
    void readAgain() {
        try {
            keys.forEach(
                    (provider, them) ->
                            them.readAgain()
                                    .forEach(key -> replaced.add(new ProviderKey(provider, key))));
        } catch (RuntimeException e) {
            // An exception would end the watch.
            LOG.atError().setCause(e).log("the files of API keys could not be read again");
        }
    }

    /** Returns the keys that were replaced since the last call. */
    Collection<ProviderKey> takeReplaced() {
        if (replaced.isEmpty()) {
            return List.of();
        }
        var taken = new HashSet<>(replaced);
        replaced.removeAll(taken);
        return taken;
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }
}
