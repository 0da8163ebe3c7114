package dev.millrace.router.budget.owner;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.router.budget.PartitionLease;
import dev.millrace.router.entry.EntryReader;
import dev.millrace.router.entry.EntryWriter;
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
    record StoredLease(String account, PartitionLease lease, long reportedMillis) {}

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
    List<Map.Entry<String, AccountTerms>> terms() {
        List<Map.Entry<String, AccountTerms>> found = new ArrayList<>();
        for (KeyValue<Bytes, byte[]> entry : read(TERMS)) {
            found.add(Map.entry(text(entry.key), AccountTerms.of(entry.value)));
        }
        return found;
    }

    /** Returns all partitions of all accounts. */
    List<StoredLease> partitions() {
        List<StoredLease> found = new ArrayList<>();
        for (KeyValue<Bytes, byte[]> entry : read(PARTITION)) {
            String key = text(entry.key);
            var in = new EntryReader(entry.value, VERSION, "a partition of an account");
            long reportedMillis = in.number();
            found.add(
                    new StoredLease(
                            key.substring(0, key.lastIndexOf('/')),
                            PartitionLease.read(in),
                            reportedMillis));
        }
        return found;
    }

    void put(String account, AccountTerms terms) {
        entries.put(key(TERMS + account), terms.toBytes());
    }

    void put(StoredLease partition) {
        var out = new EntryWriter(VERSION, TYPICAL_BYTES).number(partition.reportedMillis());
        partition.lease().writeTo(out);
        int number = partition.lease().report().partition();
        entries.put(partitionKey(partition.account(), number), out.toBytes());
    }

    /** Returns the time span in which the owner ran; empty if it never did. */
    Optional<OwnerUptime.Run> run() {
        byte[] stored = entries.get(RUN);
        if (stored == null) {
            return Optional.empty();
        }
        var in = new EntryReader(stored, VERSION, "the uptime of the owner");
        return Optional.of(
                new OwnerUptime.Run(
                        Instant.ofEpochMilli(in.number()), Instant.ofEpochMilli(in.number())));
    }

    void put(OwnerUptime.Run run) {
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
}
