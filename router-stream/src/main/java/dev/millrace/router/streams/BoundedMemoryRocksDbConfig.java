package dev.millrace.router.streams;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.IndexType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds the memory of RocksDB: all stores of the process share {@value #TOTAL_MIB} MiB for blocks,
 * indexes, filters and write buffers. By default Streams gives each store 50 MiB and more.
 *
 * <p>Indexes and filters are partitioned. Otherwise the index of a table with a million entries
 * would exceed its part of the cache, and each lookup would read the whole index from the file (<a
 * href="https://github.com/facebook/rocksdb/wiki/Partitioned-Index-Filters">RocksDB's wiki</a>).
 *
 * <p>Streams creates one instance for each store. The shared cache is never closed, since stores
 * are opened and closed as tasks move.
 */
public final class BoundedMemoryRocksDbConfig implements RocksDBConfigSetter {
    private static final Logger LOG = LoggerFactory.getLogger(BoundedMemoryRocksDbConfig.class);
    private static final int TOTAL_MIB = 64;
    private static final long MIB = 1L << 20;
    private static final long WRITE_BUFFER_BYTES = 4 * MIB;

    /**
     * With 16 MiB, write buffers were flushed nearly empty during a restore, and RocksDB delayed
     * writes until it had merged their files: it took twice as long.
     */
    private static final long WRITE_BUFFERS_BYTES = 32 * MIB;

    private static final int MAX_OPEN_FILES = 128;

    /** Four parts of the cache: few threads use it, and each part must hold many blocks. */
    private static final int CACHE_SHARD_BITS = 2;

    /**
     * Starts to load RocksDB's native library, which takes longer than opening a store, and returns
     * at once. The first store waits for the end, and reports a failure.
     */
    public static void preload() {
        Thread.ofPlatform()
                .name("router-rocksdb")
                .daemon()
                .uncaughtExceptionHandler((_, e) -> LOG.atDebug().setCause(e).log("No RocksDB"))
                .start(RocksDB::loadLibrary);
    }

    @Override
    public void setConfig(String store, Options options, Map<String, Object> configs) {
        var table = (BlockBasedTableConfig) options.tableFormatConfig();
        table.setBlockCache(Shared.CACHE);
        table.setCacheIndexAndFilterBlocks(true);
        table.setIndexType(IndexType.kTwoLevelIndexSearch);
        table.setPartitionFilters(true);
        options.setTableFormatConfig(table);
        // Most jobs are new: without a filter in the last level, each of them would read a block.
        options.setOptimizeFiltersForHits(false);
        options.setWriteBufferManager(Shared.WRITE_BUFFERS);
        options.setWriteBufferSize(WRITE_BUFFER_BYTES);
        options.setMaxOpenFiles(MAX_OPEN_FILES);
    }

    @Override
    public void close(String store, Options options) {}

    /** Initialized with the first store, after RocksDB has loaded its native library. */
    private static final class Shared {
        static final Cache CACHE = new LRUCache(TOTAL_MIB * MIB, CACHE_SHARD_BITS);
        static final WriteBufferManager WRITE_BUFFERS =
                new WriteBufferManager(WRITE_BUFFERS_BYTES, CACHE);
    }
}
