package dev.millrace.simulator.provider;

import static dev.millrace.yaml.problem.Violation.require;
import static java.util.stream.Collectors.toMap;

import dev.millrace.simulator.settings.AccountSettings;
import dev.millrace.simulator.settings.SimulatorSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The accounts, which may change at run time. Thread-safe. */
public final class AccountRegistry {
    private final LongSupplier ticker;

    /** Accepted keys of the shared account that no account lists. */
    private final List<String> sharedKeys;

    private final Map<String, ProviderAccount> accounts = new ConcurrentHashMap<>();

    AccountRegistry(SimulatorSettings settings, LongSupplier ticker) {
        this.ticker = ticker;
        this.sharedKeys = settings.keys();
        create(SimulatorSettings.SHARED_ACCOUNT, AccountSettings.DEFAULT);
        settings.accounts().forEach(this::create);
    }

    private void create(String name, AccountSettings settings) {
        accounts.put(name, new ProviderAccount(name, settings, ticker.getAsLong()));
    }

    /** Returns the account of a key; empty when the key is not accepted. */
    Optional<ProviderAccount> find(String key) {
        ProviderAccount owner = owner(key);
        if (owner != null) {
            return Optional.of(owner);
        }
        return sharedKeys.contains(key) || acceptedKeys() == 0
                ? Optional.ofNullable(accounts.get(SimulatorSettings.SHARED_ACCOUNT))
                : Optional.empty();
    }

    /** Returns how many keys are accepted; 0 = any key. */
    private int acceptedKeys() {
        return sharedKeys.size()
                + accounts.values().stream().mapToInt(it -> it.settings().keys().size()).sum();
    }

    /** Returns the current settings by account, with the remaining credit. */
    public Map<String, AccountSettings> settings() {
        return new TreeMap<>(
                accounts.entrySet().stream()
                        .collect(toMap(Map.Entry::getKey, it -> it.getValue().settings())));
    }

    /** Returns the current settings of an account; the defaults for an unknown account. */
    public AccountSettings settings(String name) {
        ProviderAccount account = accounts.get(name);
        return account == null ? AccountSettings.DEFAULT : account.settings();
    }

    /**
     * Creates an account or replaces its settings, for all later calls.
     *
     * @throws dev.millrace.yaml.problem.Violation when another account has one of the keys
     */
    public synchronized void put(String name, AccountSettings changed) {
        for (String key : changed.keys()) {
            ProviderAccount owner = owner(key);
            boolean isFree = owner == null ? !sharedKeys.contains(key) : owner.name().equals(name);
            require(isFree, "keys", "must not list a key of another account");
        }
        ProviderAccount known = accounts.get(name);
        if (known == null) {
            create(name, changed);
        } else {
            known.change(changed, ticker.getAsLong());
        }
    }

    private @Nullable ProviderAccount owner(String key) {
        return accounts.values().stream()
                .filter(account -> account.settings().keys().contains(key))
                .findFirst()
                .orElse(null);
    }
}
