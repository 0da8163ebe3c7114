package dev.millrace.bench.cluster;

import dev.millrace.bench.process.ServedProgram;
import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.broker.EmbeddedBrokerSettings;
import java.nio.file.Path;

/** A program that runs the embedded broker and reports its address until its parent stops it. */
public final class BrokerProgram {
    private BrokerProgram() {}

    /**
     * Runs the broker.
     *
     * @param args the broker's folder
     */
    public static void main(String[] args) throws Exception {
        var broker = EmbeddedBroker.start(EmbeddedBrokerSettings.in(Path.of(args[0])));
        ServedProgram.serve(broker.bootstrapServers(), broker);
    }
}
