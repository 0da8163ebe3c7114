package dev.millrace.standalone.e2e;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.answer.Operation;
import dev.millrace.simulator.calllog.CallLogSummary;
import dev.millrace.simulator.calllog.LoggedCall;
import dev.millrace.simulator.settings.SimulatorSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A provider outside the process under test. Its ledger outlives that process, and counts the calls
 * independently of Millrace's own records.
 */
public final class CountedProvider implements AutoCloseable {
    private final Simulator simulator;

    private CountedProvider(Simulator simulator) {
        this.simulator = simulator;
    }

    public static CountedProvider answeringAfter(Duration latency) {
        String settings =
                "{\"models\":{\"*\":{\"latency\":\"%dms\"}}}".formatted(latency.toMillis());
        return new CountedProvider(
                Simulator.start(SimulatorSettings.parse("test", settings), "127.0.0.1", 0));
    }

    /** Returns the address that the paths of the APIs are appended to. */
    public URI baseUri() {
        return simulator.baseUri();
    }

    /**
     * Writes a configuration that sends all calls to this provider. Each catalog model keeps its
     * name.
     *
     * @param maxInFlight limit of concurrent calls
     */
    public void configure(Path folder, int maxInFlight) {
        String models =
                Catalog.shipped().models().stream()
                        .map(Model::name)
                        .map("  %1$s: { provider: counted, upstream_model: %1$s }"::formatted)
                        .collect(Collectors.joining("\n"));
        String text =
                """
                providers:
                  counted: { wire: openai, base_url: %s/v1 }
                models:
                %s
                worker: { max_in_flight: %d }
                """
                        .formatted(simulator.baseUri(), models, maxInFlight);
        try {
            Files.writeString(folder.resolve("millrace.yaml"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Writes a configuration with two providers at this address, one of each wire. A job for {@code
     * auto} gets the first of a Claude and a GPT model that can do it.
     */
    public void configureByWire(Path folder) throws IOException {
        Files.writeString(
                folder.resolve("millrace.yaml"),
                """
                providers:
                  chats: { wire: openai, base_url: %1$s/v1 }
                  messages: { wire: anthropic, base_url: %1$s }
                models:
                  claude-sonnet-4.5: { provider: messages, upstream_model: claude-sonnet-4.5 }
                  gpt-4.1: { provider: chats, upstream_model: gpt-4.1 }
                policies:
                  default:
                    rules:
                      - use: [claude-sonnet-4.5, gpt-4.1]
                """
                        .formatted(simulator.baseUri()));
    }

    /** Returns the APIs that received calls of a model. */
    public Set<Operation> operations(String model) {
        return simulator.ledger().entries().stream()
                .filter(it -> it.model().equals(model))
                .map(LoggedCall::operation)
                .collect(Collectors.toSet());
    }

    /** Returns the totals of the ledger. */
    public CallLogSummary calls() {
        return simulator.ledger().summary();
    }

    /** Returns the cost of all billed calls at the shipped prices of their hours. */
    public BigDecimal billedUsd() {
        return simulator.ledger().entries().stream()
                .filter(LoggedCall::billed)
                .map(CountedProvider::cost)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static BigDecimal cost(LoggedCall call) {
        return Catalog.shipped()
                .find(call.model())
                .orElseThrow()
                .price()
                .at(call.time(), call.time().plus(call.duration()))
                .costOf(
                        new TokenUsage(
                                call.usage().input(),
                                call.usage().cachedInput(),
                                call.usage().cacheWrite(),
                                call.usage().output(),
                                0));
    }

    @Override
    public void close() {
        simulator.close();
    }
}
