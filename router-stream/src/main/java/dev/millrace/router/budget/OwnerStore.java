package dev.millrace.router.budget;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.router.budget.OwnedAccount.Terms;
import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Stores the terms of each account, the known state of each of its partitions, and the owner's
 * start. Keys are texts: {@code t/<account>}, {@code p/<account>/<partition>} and {@code r}.
 */
public final class OwnerStore {
    /** Name of the store and part of the name of its changelog. */
    public static final String NAME = "budget-owner";

    private static final String TERMS = "t/";
    private static final String PARTITION = "p/";
    private static final Bytes RUN = key("r");
    private static final byte VERSION = 2;
    private static final int TYPICAL_BYTES = 200;

    private final KeyValueStore<Bytes, byte[]> entries;

    OwnerStore(KeyValueStore<Bytes, byte[]> entries) {
        this.entries = entries;
    }

    /**
     * The stored lease of a partition.
     *
     * @param reportedMillis time of the last report of any partition of the account
     */
    record StoredBorrower(String account, AccountLeases.Borrower lease, long reportedMillis) {}

    /** Returns a builder of the store, without a cache, since commits would flush it at once. */
    public static StoreBuilder<KeyValueStore<Bytes, byte[]>> builder() {
        return Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(NAME), Serdes.Bytes(), Serdes.ByteArray())
                .withCachingDisabled()
                .withLoggingEnabled(
                        Map.of(
                                TopicConfig.CLEANUP_POLICY_CONFIG,
                                TopicConfig.CLEANUP_POLICY_COMPACT));
    }

    /** Returns the terms of each account, by its id. */
    List<Map.Entry<String, Terms>> terms() {
        List<Map.Entry<String, Terms>> found = new ArrayList<>();
        for (KeyValue<Bytes, byte[]> entry : read(TERMS)) {
            found.add(Map.entry(text(entry.key), Terms.of(entry.value)));
        }
        return found;
    }

    /** Returns all partitions of all accounts. */
    List<StoredBorrower> partitions() {
        List<StoredBorrower> found = new ArrayList<>();
        for (KeyValue<Bytes, byte[]> entry : read(PARTITION)) {
            String key = text(entry.key);
            var in = new EntryReader(entry.value, VERSION, "a partition of an account");
            long reportedMillis = in.number();
            found.add(
                    new StoredBorrower(
                            key.substring(0, key.lastIndexOf('/')),
                            AccountLeases.Borrower.read(in),
                            reportedMillis));
        }
        return found;
    }

    void put(String account, Terms terms) {
        entries.put(key(TERMS + account), terms.toBytes());
    }

    void put(StoredBorrower partition) {
        var out = new EntryWriter(VERSION, TYPICAL_BYTES).number(partition.reportedMillis());
        partition.lease().writeTo(out);
        int number = partition.lease().report().partition();
        entries.put(partitionKey(partition.account(), number), out.toBytes());
    }

    /** Returns the time span in which the owner ran; empty if it never did. */
    Optional<Uptime.Run> run() {
        byte[] stored = entries.get(RUN);
        if (stored == null) {
            return Optional.empty();
        }
        var in = new EntryReader(stored, VERSION, "the uptime of the owner");
        return Optional.of(
                new Uptime.Run(
                        Instant.ofEpochMilli(in.number()), Instant.ofEpochMilli(in.number())));
    }

    void put(Uptime.Run run) {
        entries.put(
                RUN,
                new EntryWriter(VERSION, 2 * Long.BYTES)
                        .number(run.since().toEpochMilli())
                        .number(run.until().toEpochMilli())
                        .toBytes());
    }

    /** Deletes an account. */
    void delete(String account, List<Integer> partitions) {
        entries.delete(key(TERMS + account));
        partitions.forEach(it -> entries.delete(partitionKey(account, it)));
    }

    private List<KeyValue<Bytes, byte[]>> read(String kind) {
        List<KeyValue<Bytes, byte[]>> found = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> all = entries.range(key(kind), key(kind + "\uffff"))) {
            all.forEachRemaining(found::add);
        }
        return found;
    }

    private static Bytes partitionKey(String account, int partition) {
        return key(PARTITION + account + "/" + partition);
    }

    private static Bytes key(String text) {
        return Bytes.wrap(text.getBytes(UTF_8));
    }

    /** Returns the key without its kind. */
    private static String text(Bytes key) {
        return new String(key.get(), UTF_8).substring(TERMS.length());
    }

    /**
     * Time for which the owner has run without a long pause. During a pause, requests wait in their
     * topic, so an account without reports is not necessarily unused.
     */
    static final class Uptime {
        /** Longest pause that is ignored, such as a restart of the router. */
        private static final Duration MAX_PAUSE = Duration.ofHours(1);

        private static final Duration WRITE_INTERVAL = Duration.ofMinutes(10);

        private final OwnerStore store;
        private Run run;

        /**
         * A time span without a long pause.
         *
         * @param since when the owner began to run
         * @param until when it last ran, as stored
         */
        record Run(Instant since, Instant until) {}

        Uptime(OwnerStore store) {
            this.store = store;
            run = store.run().orElse(new Run(Instant.EPOCH, Instant.EPOCH));
        }

        /** Records that the owner runs, and returns true if this changed the store. */
        boolean onTick(Instant now) {
            // A clock that was set back counts like a pause.
            Duration pause = Duration.between(run.until(), now).abs();
            if (pause.compareTo(WRITE_INTERVAL) < 0) {
                return false;
            }
            run = new Run(pause.compareTo(MAX_PAUSE) > 0 ? now : run.since(), now);
            store.put(run);
            return true;
        }

        /** Returns the time since which the owner has run. */
        Instant since() {
            return run.since();
        }
    }
}
