package dev.millrace.standalone.architecture;

import java.util.EnumSet;
import java.util.Set;

/** The modules of the project, their folders, and the allowed dependencies of each. */
enum Module {
    CONFIG_READER("config-reader", "reader"),
    CONTRACTS("contracts", "contracts"),
    CONTROL_TOPIC("control-topic", "control"),
    CONSUMER("consumer", "consumer"),
    PRODUCER("producer", "producer"),
    PROVIDER_WIRE("provider-wire", "wire"),
    QUOTA("quota", "quota"),
    SEMANTIC("semantic", "semantic"),
    RETRIEVAL("retrieval", "retrieval"),
    ROUTER("router-stream", "router"),
    WORKER("worker", "worker"),
    STORE("store", "store"),
    SINK("results-sink", "sink"),
    GATEWAY("gateway", "gateway"),
    SIMULATOR("upstream-simulator", "simulator"),
    BROKER("embedded-broker", "broker"),
    FIXTURES("test-fixtures", "fixtures"),
    STANDALONE("standalone", "standalone");

    private final String folder;
    private final String root;

    Module(String folder, String root) {
        this.folder = folder;
        this.root = "dev.millrace." + root;
    }

    String folder() {
        return folder;
    }

    /** Returns a pattern of the module's packages. */
    String packages() {
        return root + "..";
    }

    /** Returns patterns of the project's packages that the module may use. */
    String[] allowedPackages() {
        return mayUse().stream().map(Module::packages).toArray(String[]::new);
    }

    private Set<Module> mayUse() {
        return switch (this) {
            case CONFIG_READER, BROKER, QUOTA, SEMANTIC -> EnumSet.of(this);
            case RETRIEVAL -> EnumSet.of(CONFIG_READER, CONTRACTS, SEMANTIC, this);
            case CONTRACTS -> EnumSet.of(CONFIG_READER, this);
            case CONSUMER, CONTROL_TOPIC, PRODUCER, PROVIDER_WIRE, STORE ->
                    EnumSet.of(CONTRACTS, this);
            case SINK -> EnumSet.of(CONTRACTS, STORE, this);
            case GATEWAY ->
                    EnumSet.of(CONTRACTS, CONTROL_TOPIC, PRODUCER, PROVIDER_WIRE, STORE, this);
            case SIMULATOR -> EnumSet.of(CONFIG_READER, this);
            case ROUTER ->
                    EnumSet.of(
                            CONFIG_READER, CONTRACTS, CONTROL_TOPIC, PROVIDER_WIRE, SEMANTIC, this);
            case WORKER -> EnumSet.of(CONTRACTS, CONTROL_TOPIC, PROVIDER_WIRE, QUOTA, this);
            case FIXTURES ->
                    EnumSet.of(CONTRACTS, CONTROL_TOPIC, PRODUCER, SIMULATOR, BROKER, this);
            case STANDALONE -> EnumSet.complementOf(EnumSet.of(FIXTURES));
        };
    }
}
