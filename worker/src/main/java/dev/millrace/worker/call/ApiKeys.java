package dev.millrace.worker.call;

import dev.millrace.configuration.ProviderConfig;
import dev.millrace.configuration.Secret;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The API keys of a provider. A key from a file is replaced when the file changes. One thread reads
 * the files; the other methods can be used from any thread.
 */
final class ApiKeys {
    private static final Logger LOG = LoggerFactory.getLogger(ApiKeys.class);

    /** Replaced keys that are still removed from errors, since calls with them can be running. */
    private static final int MAX_FORMER = 16;

    private final String provider;
    private final ProviderConfig config;

    /** The key that the latest reading found for each key; null where it is the key in use. */
    private final @Nullable Secret[] found;

    /**
     * The latest content of each file that caused a warning; null if the file has the key in use.
     */
    private final @Nullable Secret[] refused;

    private volatile List<Secret> current;
    private volatile List<Secret> former = List.of();

    ApiKeys(String provider, ProviderConfig config) {
        this.provider = provider;
        this.config = config;
        this.current = config.allKeys();
        this.found = new Secret[current.size()];
        this.refused = new Secret[current.size()];
    }

    /** Returns the number of keys; 0 if calls need none. */
    int count() {
        return current.size();
    }

    /** Returns the key of a call; empty if calls need none. */
    Optional<Secret> key(int number) {
        List<Secret> keys = current;
        return keys.isEmpty()
                ? Optional.empty()
                : Optional.of(keys.get(Math.floorMod(number, keys.size())));
    }

    /** Returns the keys in use. */
    List<Secret> current() {
        return current;
    }

    /** Returns the keys in use and the keys that they replaced. */
    Stream<Secret> all() {
        return Stream.concat(current.stream(), former.stream());
    }

    /** Returns true if a key comes from a file. */
    boolean areFromFiles() {
        return current.stream().anyMatch(Secret::isFromFile);
    }

    /**
     * Reads the files again. A change is used or refused once two readings in a row agree, since
     * the first reading can be of a half-written file.
     *
     * @return indices of the replaced keys
     */
    List<Integer> readAgain() {
        var replaced = new ArrayList<Integer>();
        for (int key = 0; key < current.size(); key++) {
            if (current.get(key).isFromFile() && isReplaced(key)) {
                replaced.add(key);
            }
        }
        return replaced;
    }

    private boolean isReplaced(int key) {
        Secret read = current.get(key).readAgain();
        if (read.equals(current.get(key))) {
            found[key] = null;
            refused[key] = null;
            return false;
        }
        if (!read.equals(found[key])) {
            found[key] = read;
            return false;
        }
        // Refused content becomes usable when no other file has it any longer.
        Optional<String> problem = problem(read);
        problem.ifPresentOrElse(it -> refuse(key, read, it), () -> replace(key, read));
        return problem.isEmpty();
    }

    private Optional<String> problem(Secret read) {
        return read.missing()
                .or(
                        () ->
                                current.contains(read)
                                        ? Optional.of("must differ from the other keys")
                                        : config.problemOfKey(read));
    }

    /** Warns, once for each content. */
    private void refuse(int key, Secret read, String problem) {
        if (read.equals(refused[key])) {
            return;
        }
        refused[key] = read;
        LOG.atWarn()
                .addKeyValue("provider", provider)
                .log(
                        "the file of key {} of {} has changed, but its content is refused ({}); calls"
                                + " continue with the former key",
                        key + 1,
                        provider,
                        problem);
    }

    private void replace(int key, Secret read) {
        var replaced = new ArrayList<>(former);
        replaced.remove(read);
        replaced.addFirst(current.get(key));
        former = List.copyOf(replaced.subList(0, Math.min(replaced.size(), MAX_FORMER)));
        Secret[] keys = current.toArray(Secret[]::new);
        keys[key] = read;
        current = List.copyOf(Arrays.asList(keys));
        refused[key] = null;
        LOG.atInfo()
                .addKeyValue("provider", provider)
                .log("key {} of {} was replaced, because its file has changed", key + 1, provider);
    }
}
