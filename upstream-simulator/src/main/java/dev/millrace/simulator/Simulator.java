package dev.millrace.simulator;

import dev.millrace.simulator.http.SimulatorServer;
import dev.millrace.simulator.ledger.Ledger;
import dev.millrace.simulator.provider.Provider;
import dev.millrace.simulator.provider.Sources;
import dev.millrace.simulator.settings.SimulatorSettings;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.InstantSource;
import java.util.SplittableRandom;

/**
 * A provider that can be throttled, slow, broken, and keeps a billing ledger. It speaks the OpenAI
 * and the Anthropic wire at once under {@code /v1}, for any model.
 */
public final class Simulator implements AutoCloseable {
    private final SimulatorServer server;
    private final Ledger ledger;
    private final URI baseUri;

    private Simulator(SimulatorServer server, Ledger ledger, String host) {
        this.server = server;
        this.ledger = ledger;
        String literal = host.contains(":") ? "[" + host + "]" : host;
        this.baseUri = URI.create("http://" + literal + ":" + server.port());
    }

    /**
     * Starts a simulator on the system's clock, with chance from the seed of the settings.
     *
     * @param host name or address to listen on, such as {@code 127.0.0.1}
     * @param port 0 = any free one
     * @throws java.io.UncheckedIOException when it cannot listen there, as when the port is in use
     */
    public static Simulator start(SimulatorSettings settings, String host, int port) {
        Sources sources =
                new Sources(
                        InstantSource.system(),
                        System::nanoTime,
                        new SplittableRandom(settings.seed()));
        return start(settings, host, port, sources);
    }

    /**
     * Starts a simulator with given sources of time and chance; latencies still pass in real time.
     */
    public static Simulator start(
            SimulatorSettings settings, String host, int port, Sources sources) {
        Ledger ledger = new Ledger(settings.ledgerEntries());
        Provider provider = new Provider(settings, sources);
        SimulatorServer server =
                new SimulatorServer(
                        new InetSocketAddress(host, port), settings, provider, ledger, sources);
        return new Simulator(server, ledger, host);
    }

    /** The port that is listened on. */
    public int port() {
        return server.port();
    }

    /** Scheme, host and port without a path: clients of the OpenAI wire add {@code /v1}. */
    public URI baseUri() {
        return baseUri;
    }

    /** The billing ledger; readable also after {@link #close}. */
    public Ledger ledger() {
        return ledger;
    }

    /** Stops at once, whatever is under way; dropped calls are in the ledger when this returns. */
    @Override
    public void close() {
        server.close();
    }
}
