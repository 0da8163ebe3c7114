package dev.millrace.standalone.architecture;

import java.util.EnumSet;
import java.util.Set;

/** The modules of the project, their folders, and the allowed dependencies of each. */
enum Module {
    YAML("libraries/yaml", "yaml"),
    CONTRACTS("libraries/contracts", "contracts"),
    CONFIGURATION("libraries/configuration", "configuration"),
    CONTROL("libraries/control", "control"),
    CONSUMER("libraries/consumer", "consumer"),
    PRODUCER("producer", "producer"),
    WIRE("libraries/wire", "wire"),
    QUOTA("libraries/quota", "quota"),
    SIMILARITY("features/similarity", "similarity"),
    LANGUAGE("features/language", "language"),
    RETRIEVAL("features/retrieval", "retrieval"),
    ROUTER("router-stream", "router"),
    WORKER("worker", "worker"),
    STORE("libraries/store", "store"),
    RESULTS("libraries/results", "results"),
    SINK("results-sink", "sink"),
    GATEWAY("gateway", "gateway"),
    WEBHOOKS("features/webhooks", "webhooks"),
    PRICE_LISTS("features/price-lists", "pricelist"),
    TRANSLATION("features/translation", "translation"),
    TRACES("features/traces", "traces"),
    SIMULATOR("testing/simulator", "simulator"),
    BROKER("libraries/embedded-broker", "broker"),
    TEST_CLUSTERS("testing/testclusters", "testclusters"),
    TEST_WAITS("testing/testwaits", "testwaits"),
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

    /** Returns the module's name, as pages write it. */
    String title() {
        return folder.substring(folder.lastIndexOf('/') + 1);
    }

    /** Returns a pattern of the module's packages. */
    String packages() {
        return root + "..";
    }

    /** Returns patterns of the project's packages that the module may use. */
    String[] allowedPackages() {
        return mayUse().stream().map(Module::packages).toArray(String[]::new);
    }

    /** Returns the modules whose packages this one may use, itself included. */
    Set<Module> mayUse() {
        return switch (this) {
            case YAML, BROKER, QUOTA, SIMILARITY, LANGUAGE, TEST_WAITS -> EnumSet.of(this);
            case CONTRACTS, SIMULATOR -> EnumSet.of(YAML, this);
            case CONFIGURATION, PRICE_LISTS -> EnumSet.of(YAML, CONTRACTS, this);
            case CONSUMER, CONTROL, WIRE, STORE -> EnumSet.of(CONTRACTS, this);
            case PRODUCER, TRACES -> EnumSet.of(CONFIGURATION, CONTRACTS, this);
            case RETRIEVAL -> EnumSet.of(YAML, CONFIGURATION, CONTRACTS, SIMILARITY, this);
            case SINK, RESULTS -> EnumSet.of(CONTRACTS, STORE, this);
            case TRANSLATION -> EnumSet.of(CONTRACTS, WIRE, this);
            case WEBHOOKS -> EnumSet.of(CONFIGURATION, CONTRACTS, STORE, RESULTS, this);
            case GATEWAY ->
                    EnumSet.of(
                            CONFIGURATION,
                            CONTRACTS,
                            CONTROL,
                            PRODUCER,
                            WIRE,
                            STORE,
                            RESULTS,
                            this);
            case ROUTER ->
                    EnumSet.of(
                            YAML,
                            CONFIGURATION,
                            CONTRACTS,
                            CONTROL,
                            WIRE,
                            SIMILARITY,
                            LANGUAGE,
                            this);
            case WORKER -> EnumSet.of(CONFIGURATION, CONTRACTS, CONTROL, WIRE, QUOTA, this);
            case TEST_CLUSTERS ->
                    EnumSet.of(
                            CONFIGURATION, CONTRACTS, CONTROL, PRODUCER, SIMULATOR, BROKER, this);
            case STANDALONE -> EnumSet.complementOf(EnumSet.of(TEST_CLUSTERS, TEST_WAITS));
        };
    }
}
