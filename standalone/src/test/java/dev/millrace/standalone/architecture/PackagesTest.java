package dev.millrace.standalone.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Limits the dependencies of packages. */
@Tag("slow")
class PackagesTest {
    @Nested
    class Cycles {
        @Test
        void packagesAreFreeOfCycles() {
            slices().assignedFrom(onePackageEach()).should().beFreeOfCycles().check(Code.MAIN);
        }

        private static SliceAssignment onePackageEach() {
            return new SliceAssignment() {
                @Override
                public SliceIdentifier getIdentifierOf(JavaClass type) {
                    return type.getPackageName().startsWith("dev.millrace")
                            ? SliceIdentifier.of(type.getPackageName())
                            : SliceIdentifier.ignore();
                }

                @Override
                public String getDescription() {
                    return "one for each package";
                }
            };
        }
    }

    /**
     * The packages of a module, ordered so that each package uses only itself and later ones.
     *
     * @param root package of the module
     * @param packages below the root, including their subpackages unless these are listed; empty
     *     for the root itself
     */
    record PackageOrder(String root, List<String> packages) {
        /** Returns the position of a type's package; -1 for a type of another module. */
        int placeOf(JavaClass type) {
            String name = type.getPackageName();
            if (!name.equals(root) && !name.startsWith(root + ".")) {
                return -1;
            }
            return IntStream.range(0, packages.size())
                    .filter(it -> contains(packages.get(it), name))
                    .boxed()
                    .max(Comparator.comparingInt(it -> packages.get(it).length()))
                    .orElseThrow(() -> new AssertionError(name + " has no place"));
        }

        private boolean contains(String listed, String name) {
            return listed.isEmpty()
                    ? name.equals(root)
                    : (name + ".").startsWith(root + "." + listed + ".");
        }

        @Override
        public String toString() {
            return root;
        }
    }

    @Nested
    class Order {
        static final List<PackageOrder> ORDERS =
                List.of(
                        new PackageOrder(
                                "dev.millrace.worker",
                                List.of(
                                        "",
                                        "prompt",
                                        "adaptive",
                                        "token",
                                        "kafka",
                                        "chunk",
                                        "call",
                                        "http",
                                        "loop",
                                        "intake",
                                        "dispatch",
                                        "commit",
                                        "schedule",
                                        "limits",
                                        "tier",
                                        "quota",
                                        "capacity",
                                        "job",
                                        "outcome",
                                        "fallback",
                                        "breaker",
                                        "port",
                                        "translate",
                                        "answer",
                                        "ledger")),
                        new PackageOrder(
                                "dev.millrace.router",
                                List.of(
                                        "",
                                        "express",
                                        "background",
                                        "streams",
                                        "topic",
                                        "retrieval",
                                        "documents",
                                        "budget",
                                        "guards",
                                        "semantic",
                                        "cache",
                                        "cache.store",
                                        "cache.key",
                                        "step",
                                        "feature",
                                        "dedupe",
                                        "hold",
                                        "waiting",
                                        "fair",
                                        "plan",
                                        "policy",
                                        "failure",
                                        "message",
                                        "classify",
                                        "result",
                                        "records",
                                        "entry")));

        @ParameterizedTest
        @FieldSource("ORDERS")
        void holdsForEachDependency(PackageOrder order) {
            var backwards = new TreeSet<String>();
            for (JavaClass type : Code.MAIN) {
                int place = order.placeOf(type);
                type.getDirectDependenciesFromSelf().stream()
                        .filter(it -> isBefore(order.placeOf(it.getTargetClass()), place))
                        .forEach(it -> backwards.add(it.getDescription()));
            }
            assertThat(backwards).isEmpty();
        }

        /** Returns true for an earlier package of this module. */
        private static boolean isBefore(int target, int place) {
            return target >= 0 && target < place;
        }
    }

    /** The router's packages of the first level: its core and its features. */
    @Nested
    class RouterFeatures {
        private static final String ROUTER = "dev.millrace.router.";

        private static final Set<String> FEATURES =
                Set.of(
                        "budget",
                        "cache",
                        "documents",
                        "express",
                        "guards",
                        "retrieval",
                        "semantic");

        /** Features that plug into another feature. */
        private static final Map<String, String> PLUGGED_INTO = Map.of("semantic", "cache");

        @Test
        void onlyTheRootAndAPluggedFeatureUseAFeature() {
            assertThat(dependencies(RouterFeatures::isUseOfAFeature)).isEmpty();
        }

        @Test
        void theCoreIsFreeOfCycles() {
            slices().assignedFrom(onePart())
                    .should()
                    .beFreeOfCycles()
                    .ignoreDependency(
                            alwaysTrue(),
                            describe("of a feature", it -> FEATURES.contains(part(it))))
                    .check(Code.MAIN);
        }

        private static SliceAssignment onePart() {
            return new SliceAssignment() {
                @Override
                public SliceIdentifier getIdentifierOf(JavaClass type) {
                    return part(type).isEmpty()
                            ? SliceIdentifier.ignore()
                            : SliceIdentifier.of(part(type));
                }

                @Override
                public String getDescription() {
                    return "one for each package of the first level";
                }
            };
        }

        private static boolean isUseOfAFeature(Dependency dependency) {
            String user = part(dependency.getOriginClass());
            String used = part(dependency.getTargetClass());
            return !user.isEmpty()
                    && !user.equals(used)
                    && FEATURES.contains(used)
                    && !used.equals(PLUGGED_INTO.get(user));
        }

        private static String part(JavaClass type) {
            return partOf(ROUTER, type);
        }
    }

    /** The worker's features, which only its root lists. */
    @Nested
    class WorkerFeatures {
        private static final String WORKER = "dev.millrace.worker.";

        private static final Set<String> FEATURES = Set.of("adaptive", "prompt", "token");

        @Test
        void onlyTheRootUsesAFeature() {
            assertThat(dependencies(WorkerFeatures::isUseOfAFeature)).isEmpty();
        }

        private static boolean isUseOfAFeature(Dependency dependency) {
            JavaClass user = dependency.getOriginClass();
            String used = partOf(WORKER, dependency.getTargetClass());
            return FEATURES.contains(used)
                    && !used.equals(partOf(WORKER, user))
                    && !user.getPackageName().equals("dev.millrace.worker");
        }
    }

    /** The tools of the command line, which can be deleted. */
    @Nested
    class Tools {
        private static final String STANDALONE = "dev.millrace.standalone.";

        private static final Set<String> TOOLS =
                Set.of(
                        "audit",
                        "budget",
                        "cache",
                        "document",
                        "erasure",
                        "forecast",
                        "policy",
                        "webhook");

        @Test
        void areUsedOnlyByTheListOfCommandsAndByFiveLists() {
            var users = new TreeSet<String>();
            for (JavaClass type : Code.MAIN) {
                String user = partOf(STANDALONE, type);
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                    String used = partOf(STANDALONE, dependency.getTargetClass());
                    if (TOOLS.contains(used) && !user.equals(used)) {
                        users.add(user + " uses " + used);
                    }
                }
            }
            assertThat(users.stream().filter(it -> !it.startsWith("cli ")))
                    .containsExactly(
                            "batch uses forecast",
                            "erasure uses document",
                            "policy uses forecast",
                            "run uses forecast",
                            "usage uses forecast");
        }
    }

    /** Returns the descriptions of the dependencies that meet a condition. */
    private static Set<String> dependencies(Predicate<Dependency> condition) {
        var found = new TreeSet<String>();
        for (JavaClass type : Code.MAIN) {
            type.getDirectDependenciesFromSelf().stream()
                    .filter(condition)
                    .forEach(it -> found.add(it.getDescription()));
        }
        return found;
    }

    /** Returns the package of the first level; empty for the root and for other modules. */
    private static String partOf(String root, JavaClass type) {
        String name = type.getPackageName();
        return name.startsWith(root) ? name.substring(root.length()).split("\\.", 2)[0] : "";
    }

    /**
     * A technology and the only packages that may use it.
     *
     * @param libraries patterns of the technology's packages
     * @param users patterns of the project's packages that may use the technology
     */
    record Technology(String name, List<String> libraries, List<String> users) {
        @Override
        public String toString() {
            return name;
        }
    }

    @Nested
    class Libraries {
        static final List<Technology> TECHNOLOGIES =
                List.of(
                        new Technology(
                                "databases",
                                List.of("java.sql..", "javax.sql..", "org.sqlite.."),
                                List.of(
                                        "dev.millrace.store..",
                                        "dev.millrace.results..",
                                        "dev.millrace.gateway.figures",
                                        "dev.millrace.webhooks.outbox",
                                        "dev.millrace.standalone.result",
                                        "dev.millrace.standalone.run.journal")),
                        new Technology(
                                "HTTP client",
                                List.of("org.apache.hc..", "java.net.http.."),
                                List.of("dev.millrace.webhooks.http", "dev.millrace.worker..")),
                        new Technology(
                                "object storage",
                                List.of("software.amazon.."),
                                List.of("dev.millrace.gateway.store.s3")),
                        new Technology(
                                "HTTP server",
                                List.of("io.helidon.."),
                                List.of(
                                        "dev.millrace.gateway..",
                                        "dev.millrace.simulator.http..",
                                        "dev.millrace.standalone.ops")),
                        new Technology(
                                "Kafka Streams",
                                List.of("org.apache.kafka.streams.."),
                                List.of("dev.millrace.router..")),
                        new Technology(
                                "Kafka server",
                                List.of(
                                        "kafka..",
                                        "scala..",
                                        "org.apache.kafka.controller..",
                                        "org.apache.kafka.metadata..",
                                        "org.apache.kafka.raft..",
                                        "org.apache.kafka.server.."),
                                List.of("dev.millrace.broker")),
                        new Technology(
                                "command line",
                                List.of("picocli.."),
                                List.of("dev.millrace.standalone..")),
                        new Technology(
                                "log backend",
                                List.of("ch.qos.logback.."),
                                List.of("dev.millrace.standalone.log")),
                        new Technology(
                                "tokenizers",
                                List.of("com.knuddels.."),
                                List.of("dev.millrace.router.classify.token")),
                        new Technology(
                                "language detection",
                                List.of("opennlp.."),
                                List.of("dev.millrace.language")),
                        new Technology(
                                "search",
                                List.of("org.apache.lucene.."),
                                List.of(
                                        "dev.millrace.retrieval.index",
                                        "dev.millrace.similarity.index")),
                        new Technology(
                                "documents",
                                List.of("org.apache.tika.."),
                                List.of("dev.millrace.retrieval.extract")),
                        new Technology(
                                "traces",
                                List.of("io.opentelemetry.."),
                                List.of("dev.millrace.traces")),
                        new Technology(
                                "embedding models",
                                List.of("ai.onnxruntime.."),
                                List.of("dev.millrace.similarity.embedding")));

        @ParameterizedTest
        @FieldSource("TECHNOLOGIES")
        void libraryIsUsedOnlyInItsPackages(Technology technology) {
            noClasses()
                    .that(not(resideInAnyPackage(technology.users().toArray(String[]::new))))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(technology.libraries().toArray(String[]::new))
                    .check(Code.SHIPPED);
        }
    }

    /** Checks the statements in package-info files about dependencies. */
    @Nested
    class PackageInfo {
        private static final Pattern ON_NOTHING =
                Pattern.compile("epends? on nothing of (ours|Millrace)\\b");
        private static final Pattern ON_CONTRACTS = Pattern.compile("epends? on contracts only\\b");

        @TestFactory
        Stream<DynamicTest> statedDependenciesAreTrue() {
            return Code.MAIN.stream()
                    .map(JavaClass::getPackageName)
                    .distinct()
                    .filter(name -> says(name, ON_NOTHING) || says(name, ON_CONTRACTS))
                    .map(name -> DynamicTest.dynamicTest(name, () -> check(name)));
        }

        private static void check(String name) {
            var own = resideInAPackage(name + "..").or(resideOutsideOfPackage("dev.millrace.."));
            classes()
                    .that()
                    .resideInAPackage(name)
                    .should()
                    .onlyDependOnClassesThat(
                            says(name, ON_NOTHING)
                                    ? own
                                    : own.or(resideInAnyPackage("dev.millrace.contracts..")))
                    .check(Code.MAIN);
        }

        private static boolean says(String name, Pattern sentence) {
            return sentence.matcher(page(name)).find();
        }

        /** Returns the text of a package-info file on one line, without comment marks. */
        private static String page(String name) {
            var file = Path.of("src", "main", "java", name.replace('.', '/'), "package-info.java");
            return Stream.of(Module.values())
                    .map(module -> Path.of("..", module.folder()).resolve(file))
                    .filter(Files::exists)
                    .map(PackageInfo::read)
                    .findFirst()
                    .orElse("");
        }

        private static String read(Path file) {
            try {
                return Files.readString(file).replaceAll("\\s+\\*?\\s*", " ");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
