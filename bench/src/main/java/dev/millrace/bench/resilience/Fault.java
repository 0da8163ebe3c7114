package dev.millrace.bench.resilience;

import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.simulator.Simulator;
import dev.millrace.simulator.settings.AccountSettings;
import dev.millrace.simulator.settings.AccountSettings.CreditError;
import dev.millrace.simulator.settings.LimitSettings;
import dev.millrace.simulator.settings.Outage;
import dev.millrace.simulator.settings.SimulatorSettings;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** What fails at a provider until somebody repairs it. */
enum Fault {
    WRONG_KEY("wrong key"),
    EMPTY_ACCOUNT("empty account"),
    UNKNOWN_MODEL("unknown model"),
    /** Every call is answered with status 503. */
    UNAVAILABLE("status 503"),
    /** No connection can be opened. */
    UNREACHABLE("no connection");

    private static final String ACCOUNT = "bench";
    private static final String KEY = "sk-bench-key";
    private static final String OTHER_KEY = "sk-bench-other";
    private static final String MODEL = BenchPipeline.upstreamModel(BenchPipeline.MODEL);
    private static final Duration UNTIL_REPAIRED = Duration.ofHours(24);
    private static final int SERVICE_UNAVAILABLE = 503;

    private final String title;

    Fault(String title) {
        this.title = title;
    }

    /** Returns the settings of a provider without a fault. */
    static SimulatorSettings provider() {
        String yaml =
                """
                reject_unknown_models: true
                accounts: { %s: { keys: [%s] } }
                models: { "%s": { latency: { p50: 200ms, p99: 1s } } }
                """
                        .formatted(ACCOUNT, KEY, MODEL);
        return SimulatorSettings.parse("bench", yaml);
    }

    /** Returns the worker's setting of the API key, in YAML's flow style. */
    static String apiKey() {
        return "api_key: " + KEY;
    }

    /** Returns the name in text output. */
    String title() {
        return title;
    }

    /** Returns the name in files and JSON. */
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns true when calls reach the provider, which can count them. */
    boolean isReachable() {
        return this != UNREACHABLE;
    }

    void begin(Simulator provider) {
        switch (this) {
            case WRONG_KEY -> provider.accounts().put(ACCOUNT, account(OTHER_KEY));
            case EMPTY_ACCOUNT ->
                    provider.accounts().put(ACCOUNT, account(KEY).withCredit(OptionalLong.of(0)));
            case UNKNOWN_MODEL -> provider.models().remove(MODEL);
            case UNAVAILABLE -> provider.outages().add(outage(Outage.Form.STATUS));
            case UNREACHABLE -> provider.outages().add(outage(Outage.Form.REFUSED));
        }
    }

    void repair(Simulator provider) {
        switch (this) {
            case WRONG_KEY, EMPTY_ACCOUNT -> provider.accounts().put(ACCOUNT, account(KEY));
            case UNKNOWN_MODEL -> provider.models().put(MODEL, provider().model(MODEL));
            case UNAVAILABLE, UNREACHABLE -> provider.outages().clear();
        }
    }

    private static AccountSettings account(String key) {
        return new AccountSettings(
                List.of(key),
                LimitSettings.NONE,
                OptionalLong.empty(),
                CreditError.INSUFFICIENT_QUOTA);
    }

    private static Outage outage(Outage.Form form) {
        return new Outage(Duration.ZERO, UNTIL_REPAIRED, form, SERVICE_UNAVAILABLE);
    }
}
