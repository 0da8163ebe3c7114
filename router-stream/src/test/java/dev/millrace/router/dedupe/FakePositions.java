package dev.millrace.router.dedupe;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** Request topics of a cluster that the test changes. */
public final class FakePositions implements RequestPositions {
    public Uuid topicId = Uuid.ONE_UUID;
    public boolean isOffsetLost;

    @Override
    public Uuid topicId(String topic) {
        return topicId;
    }

    @Override
    public boolean isOffsetLost(TopicPartition partition) {
        return isOffsetLost;
    }

    /** Returns the handled offsets of a task that has handled nothing. */
    public static RequestOffsets empty() {
        return new RequestOffsets(store(), new FakePositions(), false);
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
