package dev.millrace.router.topology;

import dev.millrace.router.budget.OwnerStore;
import dev.millrace.router.cache.store.CacheStore;
import dev.millrace.router.dedupe.SeenJobStore;
import dev.millrace.router.feature.StepNames;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * The persistent stores of a router as its changelogs have them. A step reads them when it starts,
 * before a test could fill the stores of Kafka's driver, so the files are written first.
 */
public final class RestoredStores {
    private static final List<String> NAMES =
            List.of(SeenJobStore.NAME, StepNames.WAITING, CacheStore.NAME, OwnerStore.NAME);

    /** The folder of a task within the folder of a driver. */
    private static final Path TASK = Path.of("router", "0_0");

    private final Map<String, Map<Bytes, byte[]>> entries = new HashMap<>();

    /** Adds a record of a changelog, the older ones first. Ignores other topics. */
    public void add(String topic, byte[] key, byte @Nullable [] value) {
        for (String name : NAMES) {
            if (topic.equals(changelog(name))) {
                var store = entries.computeIfAbsent(name, _ -> new HashMap<>());
                if (value == null) {
                    store.remove(Bytes.wrap(key));
                } else {
                    store.put(Bytes.wrap(key), value);
                }
            }
        }
    }

    /** Returns the topics of the changelogs. */
    public static List<String> changelogs() {
        return NAMES.stream().map(RestoredStores::changelog).toList();
    }

    private static String changelog(String store) {
        return "router-" + store + "-changelog";
    }

    /** Writes the files of the stores into the folder of a driver. */
    void writeTo(Path directory) {
        var task =
                new MockProcessorContext<Void, Void>(
                        RouterDriver.properties(directory),
                        new TaskId(0, 0),
                        directory.resolve(TASK).toFile());
        entries.forEach(
                (name, all) -> {
                    var store = Stores.persistentKeyValueStore(name).get();
                    store.init(task.getStateStoreContext(), store);
                    all.forEach(store::put);
                    store.close();
                });
    }
}
