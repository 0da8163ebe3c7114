package dev.millrace.bench.similarity;

import dev.millrace.semantic.index.SimilarityIndex;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The heap of the stored questions of one namespace, without a graph.
 *
 * @param entries stored questions
 * @param bytes in use after a full collection for their embeddings, and for their cache keys in
 *     both directions, as the router keeps them
 */
record EntryHeap(int entries, long bytes) {
    private static final int KEY_BYTES = 32;

    /** Stores embeddings and measures the heap that they take. */
    static EntryHeap measure(int entries, QuestionEmbeddings embeddings) {
        long before = liveBytes();
        var index = SimilarityIndex.flat();
        Map<String, Integer> slots = new HashMap<>();
        Map<Integer, String> keys = new HashMap<>();
        var random = new SplittableRandom(entries);
        var key = new byte[KEY_BYTES];
        try {
            for (int i = 0; i < entries; i++) {
                random.nextBytes(key);
                String text = HexFormat.of().formatHex(key);
                int slot = index.add(embeddings.next());
                slots.put(text, slot);
                keys.put(slot, text);
            }
            return new EntryHeap(entries, liveBytes() - before);
        } finally {
            Reference.reachabilityFence(index);
            Reference.reachabilityFence(slots);
            Reference.reachabilityFence(keys);
        }
    }

    private static long liveBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Returns the heap of one question in bytes. */
    double bytesPerEntry() {
        return (double) bytes / entries;
    }
}
