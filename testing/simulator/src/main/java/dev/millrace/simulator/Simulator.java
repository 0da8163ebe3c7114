package dev.millrace.simulator;

import dev.millrace.simulator.calllog.CallLog;
import dev.millrace.simulator.http.SimulatorServer;
import dev.millrace.simulator.provider.AccountRegistry;
import dev.millrace.simulator.provider.ModelRegistry;
import dev.millrace.simulator.provider.OutageSchedule;
import dev.millrace.simulator.provider.Provider;
import dev.millrace.simulator.provider.TimeAndRandom;
import dev.millrace.simulator.settings.SimulatorSettings;
import dev.millrace.simulator.traffic.TrafficSummary;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.InstantSource;
import java.util.SplittableRandom;

/**
 * A simulated provider that can be throttled, slow or broken, and that keeps a billing ledger.
 * Serves the OpenAI and the Anthropic wire under {@code /v1}, for any model.
 */
public final class Simulator implements AutoCloseable {
    private final SimulatorServer server;
    private final Provider provider;
    private final CallLog ledger;
    private final URI baseUri;

    private Simulator(SimulatorServer server, Provider provider, CallLog ledger, String host) {
        this.server = server;
        this.provider = provider;
        this.ledger = ledger;
        String uriHost = host.contains(":") ? "[" + host + "]" : host;
        this.baseUri = URI.create("http://" + uriHost + ":" + server.port());
    }

    /**
     * Starts a simulator on the system clock, with randomness seeded from the settings.
     *
     * @param host name or address to listen on, such as {@code 127.0.0.1}
     * @param port 0 = any free port
     * @throws java.io.UncheckedIOException when the address cannot be bound, for example because
     *     the port is in use
     */
    public static Simulator start(SimulatorSettings settings, String host, int port) {
        TimeAndRandom sources =
                new TimeAndRandom(
                        InstantSource.system(),
                        System::nanoTime,
                        new SplittableRandom(settings.seed()));
        return start(settings, host, port, sources);
    }

    /** Starts a simulator with the given time and randomness. Latencies still pass in real time. */
    public static Simulator start(
            SimulatorSettings settings, String host, int port, TimeAndRandom sources) {
        CallLog ledger = new CallLog(settings.ledgerEntries());
        Provider provider = new Provider(settings, sources);
        SimulatorServer server =
                new SimulatorServer(new InetSocketAddress(host, port), provider, ledger, sources);
        return new Simulator(server, provider, ledger, host);
    }

    /** Returns the port that the server listens on. */
    public int port() {
        return server.port();
    }

    /** Returns scheme, host and port without a path. OpenAI clients append {@code /v1}. */
    public URI baseUri() {
        return baseUri;
    }

    /** Returns the billing ledger, which stays readable after {@link #close}. */
    public CallLog ledger() {
        return ledger;
    }

    /** Returns the models. Their settings can be changed. */
    public ModelRegistry models() {
        return provider.models();
    }

    /** Returns the accounts. Their keys, limits and credit can be changed. */
    public AccountRegistry accounts() {
        return provider.accounts();
    }

    /** Returns the outages, which can be changed. */
    public OutageSchedule outages() {
        return provider.outages();
    }

    /** Returns outcomes and highest amounts of all calls. */
    public TrafficSummary statistics() {
        return provider.traffic().summary();
    }

    /** Stops at once and drops calls in flight. They are in the ledger when this method returns. */
    @Override
    public void close() {
        server.close();
    }
}
