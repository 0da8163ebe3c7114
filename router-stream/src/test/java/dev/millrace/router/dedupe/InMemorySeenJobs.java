package dev.millrace.router.dedupe;

import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** Stores of seen jobs for tests of steps that have no task. */
public final class InMemorySeenJobs {
    private InMemorySeenJobs() {}

    /** Returns the handled offsets of a task that has handled nothing. */
    public static RequestOffsets nothingHandled() {
        return new RequestOffsets(store(), _ -> Uuid.ONE_UUID, false);
    }

    static KeyValueStore<Bytes, byte[]> store() {
        KeyValueStore<Bytes, byte[]> store =
                Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore(SeenJobStore.NAME),
                                Serdes.Bytes(),
                                Serdes.ByteArray())
                        .withLoggingDisabled()
                        .build();
        store.init(new MockProcessorContext<>().getStateStoreContext(), store);
        return store;
    }
}
