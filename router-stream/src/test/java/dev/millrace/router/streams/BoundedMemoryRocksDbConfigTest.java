package dev.millrace.router.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Statistics;
import org.rocksdb.TickerType;
import org.rocksdb.WriteOptions;

/** A lookup costs equally much for a thousand and for millions of remembered jobs. */
@Tag("slow")
class BoundedMemoryRocksDbConfigTest {
    /** Enough for a table whose index and filter exceed their part of the cache. */
    private static final int ENTRIES = 900_000;

    private static final int KEY_BYTES = 32;
    private static final int VALUE_BYTES = 60;
    private static final int LOOKUPS = 2_000;

    @TempDir private Path folder;

    @BeforeAll
    static void loadTheLibrary() {
        RocksDB.loadLibrary();
    }

    @Test
    void lookupOfANewKeyReadsAFewBlocksOfALargeStore() throws RocksDBException {
        try (var statistics = new Statistics();
                var filter = new BloomFilter();
                var options = options(statistics, filter);
                var database = RocksDB.open(options, folder.toString())) {
            fill(database);
            long before = statistics.getTickerCount(TickerType.BLOCK_CACHE_BYTES_WRITE);
            var random = new Random(2);
            for (int i = 0; i < LOOKUPS; i++) {
                assertThat(database.get(key(random))).isNull();
            }
            long read = statistics.getTickerCount(TickerType.BLOCK_CACHE_BYTES_WRITE) - before;

            assertThat(read / LOOKUPS).as("bytes read by a lookup").isLessThan(4 << 10);
        }
    }

    /** Returns the options that Streams (RocksDBStore) passes to the setter. */
    private static Options options(Statistics statistics, BloomFilter filter) {
        var table = new BlockBasedTableConfig();
        table.setFilterPolicy(filter);
        table.setBlockSize(4 << 10);
        var options = new Options();
        options.setTableFormatConfig(table);
        options.optimizeFiltersForHits();
        options.setCreateIfMissing(true);
        options.setStatistics(statistics);
        new BoundedMemoryRocksDbConfig().setConfig("store", options, Map.of());
        return options;
    }

    private static void fill(RocksDB database) throws RocksDBException {
        var random = new Random(1);
        byte[] value = new byte[VALUE_BYTES];
        try (var write = new WriteOptions().setDisableWAL(true);
                var flush = new FlushOptions().setWaitForFlush(true)) {
            for (int i = 0; i < ENTRIES; i++) {
                random.nextBytes(value);
                database.put(write, key(random), value);
            }
            database.flush(flush);
        }
        database.compactRange();
    }

    private static byte[] key(Random random) {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        return key;
    }
}
