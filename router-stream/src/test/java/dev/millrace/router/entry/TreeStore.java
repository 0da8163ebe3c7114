package dev.millrace.router.entry;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** A store in memory with transactions, like one that its changelog restores after a crash. */
public final class TreeStore implements KeyValueStore<Bytes, byte[]> {
    private NavigableMap<Bytes, byte[]> entries = new TreeMap<>();
    private NavigableMap<Bytes, byte[]> committed = new TreeMap<>();
    private @Nullable Character lostKind;
    private @Nullable Character failingKind;

    /** Loses all entries of a kind from now on, as a deliberate fault. */
    public void lose(char kind) {
        lostKind = kind;
    }

    /** Lets writes of entries of a kind fail from now on. */
    public void failPuts(char kind) {
        failingKind = kind;
    }

    /** Commits all changes. */
    public void commit() {
        committed = new TreeMap<>(entries);
    }

    /** Takes back all changes since the last commit. */
    public void abort() {
        entries = new TreeMap<>(committed);
    }

    public Map<Bytes, byte[]> entries(char kind) {
        var found = new TreeMap<>(entries);
        found.keySet().removeIf(it -> it.get()[0] != kind);
        return found;
    }

    /** Returns the number of entries of a kind. */
    public long count(char kind) {
        return entries.keySet().stream().filter(it -> it.get()[0] == kind).count();
    }

    /** Returns the size of the entries of a kind. */
    public long bytes(char kind) {
        return entries.entrySet().stream()
                .filter(it -> it.getKey().get()[0] == kind)
                .mapToLong(it -> it.getValue().length)
                .sum();
    }

    @Override
    public byte @Nullable [] get(Bytes key) {
        return entries.get(key);
    }

    @Override
    public void put(Bytes key, byte @Nullable [] value) {
        if (failingKind != null && failingKind == key.get()[0]) {
            throw new IllegalStateException("the write of an entry fails in this test");
        }
        if (value == null) {
            entries.remove(key);
        } else if (lostKind == null || lostKind != key.get()[0]) {
            entries.put(key, value);
        }
    }

    @Override
    public byte @Nullable [] putIfAbsent(Bytes key, byte[] value) {
        return entries.putIfAbsent(key, value);
    }

    @Override
    public void putAll(List<KeyValue<Bytes, byte[]>> all) {
        all.forEach(it -> put(it.key, it.value));
    }

    @Override
    public byte @Nullable [] delete(Bytes key) {
        return entries.remove(key);
    }

    @Override
    public KeyValueIterator<Bytes, byte[]> range(Bytes from, Bytes to) {
        return iterator(entries.subMap(from, true, to, true));
    }

    @Override
    public KeyValueIterator<Bytes, byte[]> all() {
        return iterator(entries);
    }

    /** Iterates over a copy, as a store's iterator does not see later changes. */
    private static KeyValueIterator<Bytes, byte[]> iterator(Map<Bytes, byte[]> range) {
        Iterator<Map.Entry<Bytes, byte[]>> copy = new ArrayList<>(range.entrySet()).iterator();
        return new KeyValueIterator<>() {
            @Override
            public void close() {}

            @Override
            public Bytes peekNextKey() {
                throw new UnsupportedOperationException();
            }

            @Override
            public boolean hasNext() {
                return copy.hasNext();
            }

            @Override
            public KeyValue<Bytes, byte[]> next() {
                var next = copy.next();
                return new KeyValue<>(next.getKey(), next.getValue());
            }
        };
    }

    @Override
    public long approximateNumEntries() {
        return entries.size();
    }

    @Override
    public String name() {
        return "cache";
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {}

    @Override
    public void close() {}

    @Override
    public boolean persistent() {
        return false;
    }

    @Override
    public boolean isOpen() {
        return true;
    }
}
