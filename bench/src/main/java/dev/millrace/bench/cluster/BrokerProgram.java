package dev.millrace.bench.cluster;

import dev.millrace.bench.process.Orders;
import dev.millrace.standalone.broker.EmbeddedBroker;
import dev.millrace.standalone.broker.EmbeddedBrokerSettings;
import java.nio.file.Path;

/** A program: the embedded broker, until its parent lets go. Tells where it is. */
public final class BrokerProgram {
    private BrokerProgram() {}

    /**
     * Runs it.
     *
     * @param args the broker's folder
     */
    public static void main(String[] args) throws Exception {
        var broker = EmbeddedBroker.start(EmbeddedBrokerSettings.in(Path.of(args[0])));
        Orders.obey(broker.bootstrapServers(), broker);
    }
}
