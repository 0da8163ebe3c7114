package dev.millrace.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.EligibleLeaderReplicasVersion;
import org.apache.kafka.server.common.MetadataVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * The node's folder, locked and read before the node starts; formatted on first use.
 *
 * @param metaProperties identity of node, cluster and folder
 * @param bootstrap features with which the cluster was created
 * @param lock lock of this node; Kafka takes its own lock only after it has written to its metadata
 *     log
 */
record BrokerStorage(
        MetaPropertiesEnsemble metaProperties, BootstrapMetadata bootstrap, FolderLock lock)
        implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerStorage.class);
    private static final String LOCK = "millrace.lock";
    private static final String META_PROPERTIES = "meta.properties";

    static BrokerStorage open(KafkaConfig config, Path directory) {
        var lock = lock(directory);
        try {
            if (Files.notExists(directory.resolve(META_PROPERTIES))) {
                format(directory);
            }
            var found = read(config, directory);
            return new BrokerStorage(found._1(), found._2(), lock);
        } catch (IOException e) {
            release(lock);
            throw BrokerStartException.unusable(directory, e);
        } catch (RuntimeException e) {
            release(lock);
            throw e;
        }
    }

    String clusterId() {
        return metaProperties.clusterId().orElseThrow();
    }

    private static void format(Path directory) throws IOException {
        var path = directory.toAbsolutePath().toString();
        try (var silent =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setPrintStream(silent)
                    .setNodeId(BrokerProperties.NODE_ID)
                    .setClusterId(Uuid.randomUuid().toString())
                    .addDirectory(path)
                    .setMetadataLogDirectory(path)
                    .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                    // Each partition has a single replica, which leads again after a kill without
                    // waiting for other replicas.
                    .setFeatureLevel(EligibleLeaderReplicasVersion.FEATURE_NAME, (short) 0)
                    .setControllerListenerName(BrokerProperties.CONTROLLER)
                    .run();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static Tuple2<MetaPropertiesEnsemble, BootstrapMetadata> read(
            KafkaConfig config, Path directory) {
        try {
            return KafkaRaftServer.initializeLogDirs(config, LOG, "");
        } catch (RuntimeException e) {
            throw BrokerStartException.damaged(directory, e);
        }
    }

    @Override
    public void close() {
        release(lock);
    }

    private static FolderLock lock(Path directory) {
        try {
            Files.createDirectories(directory);
            return FolderLock.acquire(directory.resolve(LOCK));
        } catch (FolderLock.HeldException e) {
            throw BrokerStartException.locked(directory, e);
        } catch (IOException e) {
            throw BrokerStartException.unusable(directory, e);
        }
    }

    private static void release(FolderLock lock) {
        try {
            lock.close();
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("cannot release the lock on the broker's folder");
        }
    }
}
