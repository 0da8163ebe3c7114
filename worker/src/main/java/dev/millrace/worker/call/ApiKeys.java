package dev.millrace.worker.call;

import dev.millrace.configuration.Credential;
import dev.millrace.configuration.ProviderConfig;
import dev.millrace.configuration.Secret;
import dev.millrace.configuration.TokenCommand;
import dev.millrace.worker.port.LoopClock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The API keys of a provider. A key from a file is replaced when the file changes, a token before
 * it expires. One thread renews the keys; the other methods can be used from any thread.
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

    /** The keys that commands print; null for the other keys. */
    private final @Nullable ExpiringKey[] tokens;

    private final Set<Integer> replaced = ConcurrentHashMap.newKeySet();
    private volatile List<Secret> current;
    private volatile List<Secret> former = List.of();

    /**
     * @param clock of the lives of tokens
     * @param expiring creates the keys that commands print
     * @throws IllegalArgumentException if a command prints a key, and the feature is missing
     */
    ApiKeys(String provider, ProviderConfig config, LoopClock clock, ExpiringKey.Factory expiring) {
        this.provider = provider;
        this.config = config;
        List<Credential> keys = config.allKeys();
        this.found = new Secret[keys.size()];
        this.refused = new Secret[keys.size()];
        this.tokens = new ExpiringKey[keys.size()];
        var secrets = new ArrayList<Secret>();
        for (int i = 0; i < keys.size(); i++) {
            int key = i;
            switch (keys.get(key)) {
                case Secret secret -> secrets.add(secret);
                case TokenCommand command -> {
                    secrets.add(Secret.unset("no token yet"));
                    tokens[key] =
                            expiring.create(
                                    (keys.size() == 1 ? "the key" : "key " + (key + 1))
                                            + " of "
                                            + provider,
                                    command,
                                    clock,
                                    token -> replace(key, token));
                }
            }
        }
        this.current = List.copyOf(secrets);
    }

    /** Returns the number of keys; 0 if calls need none. */
    int count() {
        return current.size();
    }

    /**
     * Returns the key of a call; empty if calls need none. The key is not set if it has no value
     * now. Waits for a command that has not printed a token.
     */
    Optional<Secret> key(int number) {
        List<Secret> keys = current;
        if (keys.isEmpty()) {
            return Optional.empty();
        }
        int key = Math.floorMod(number, keys.size());
        ExpiringKey token = tokens[key];
        return Optional.of(token == null ? keys.get(key) : token.value());
    }

    /**
     * Returns the key for another call after the provider has refused the given one; empty if there
     * is no other one. Waits for the command that prints the key.
     */
    Optional<Secret> afterRefusal(int number, Secret refused) {
        ExpiringKey token = tokens[Math.floorMod(number, tokens.length)];
        return token == null ? Optional.empty() : token.afterRefusal(refused);
    }

    /** Returns the keys in use and the keys that they replaced. */
    Stream<Secret> all() {
        return Stream.concat(current.stream(), former.stream());
    }

    /** Returns true if a key comes from a file or a command. */
    boolean canChange() {
        return current.stream().anyMatch(Secret::isFromFile)
                || Arrays.stream(tokens).anyMatch(Objects::nonNull);
    }

    /** Returns the indices of the keys that were replaced since the last call. */
    Set<Integer> takeReplaced() {
        var taken = Set.copyOf(replaced);
        replaced.removeAll(taken);
        return taken;
    }

    /**
     * Reads the files again, and starts the commands that are due. A changed file is used or
     * refused once two readings in a row agree, since the first reading can be of a half-written
     * file.
     */
    void renew() {
        for (int key = 0; key < current.size(); key++) {
            ExpiringKey token = tokens[key];
            if (token != null) {
                token.renewIfDue();
            } else if (current.get(key).isFromFile()) {
                readAgain(key);
            }
        }
    }

    private void readAgain(int key) {
        Secret read = current.get(key).readAgain();
        if (read.equals(current.get(key))) {
            found[key] = null;
            refused[key] = null;
            return;
        }
        if (!read.equals(found[key])) {
            found[key] = read;
            return;
        }
        // Refused content becomes usable when no other file has it any longer.
        Optional<String> problem = problem(read);
        problem.ifPresentOrElse(it -> refuse(key, read, it), () -> replace(key, read));
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

    private synchronized void replace(int key, Secret read) {
        var all = new ArrayList<>(former);
        all.remove(read);
        all.addFirst(current.get(key));
        former = List.copyOf(all.subList(0, Math.min(all.size(), MAX_FORMER)));
        Secret[] keys = current.toArray(Secret[]::new);
        keys[key] = read;
        current = List.copyOf(Arrays.asList(keys));
        refused[key] = null;
        replaced.add(key);
        LOG.atInfo()
                .addKeyValue("provider", provider)
                .log(
                        "key {} of {} was replaced, because its {}",
                        key + 1,
                        provider,
                        tokens[key] == null ? "file has changed" : "command has printed a new one");
    }
}
