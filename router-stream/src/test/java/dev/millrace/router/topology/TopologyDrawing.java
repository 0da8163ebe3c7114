package dev.millrace.router.topology;

import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.TopologyDescription.Node;
import org.apache.kafka.streams.TopologyDescription.Processor;
import org.apache.kafka.streams.TopologyDescription.Sink;
import org.apache.kafka.streams.TopologyDescription.Source;
import org.apache.kafka.streams.TopologyDescription.Subtopology;

/** Draws a topology as a Mermaid flow chart, with deterministic output. */
final class TopologyDrawing {
    private TopologyDrawing() {}

    static String of(TopologyDescription topology) {
        return topology.subtopologies().stream()
                .sorted(Comparator.comparingInt(Subtopology::id))
                .map(TopologyDrawing::part)
                .collect(Collectors.joining("\n", "flowchart LR\n", "\n"));
    }

    private static String part(Subtopology part) {
        List<Node> nodes = part.nodes().stream().sorted(Comparator.comparing(Node::name)).toList();
        return Stream.of(
                        Stream.of("  subgraph part" + part.id()),
                        nodes.stream().map(it -> "    " + shape(it)),
                        nodes.stream().flatMap(TopologyDrawing::arrows),
                        Stream.of("  end"),
                        nodes.stream().flatMap(TopologyDrawing::topics),
                        nodes.stream().flatMap(TopologyDrawing::stores))
                .flatMap(it -> it)
                .collect(Collectors.joining("\n"));
    }

    private static String shape(Node node) {
        return node instanceof Processor
                ? id(node) + "[" + node.name() + "]"
                : id(node) + "([" + node.name() + "])";
    }

    private static Stream<String> arrows(Node node) {
        return node.successors().stream()
                .map(Node::name)
                .sorted()
                .map(next -> "    " + id(node) + " --> n_" + plain(next));
    }

    private static Stream<String> topics(Node node) {
        return switch (node) {
            case Source source ->
                    new TreeSet<>(source.topicSet())
                            .stream().map(it -> "  " + topic(it) + " --> " + id(node));
            case Sink sink ->
                    Stream.of(
                            "  "
                                    + id(node)
                                    + " --> "
                                    + (sink.topic() == null
                                            ? dynamicTopic(sink)
                                            : topic(sink.topic())));
            default -> Stream.of();
        };
    }

    private static String dynamicTopic(Sink sink) {
        return switch (sink.name()) {
            case "moved" -> "t_request_topic>\"topic of the request\"]";
            case "outputs", "cache-outputs" -> "t_outputs>\"results, parts, costs, dead-letters\"]";
            default -> "t_jobs>\"jobs.MODEL.LANE\"]";
        };
    }

    private static Stream<String> stores(Node node) {
        return node instanceof Processor step
                ? new TreeSet<>(step.stores())
                        .stream()
                                .map(
                                        it ->
                                                "  " + id(node) + " -.- s_" + plain(it) + "[(\""
                                                        + it + "\")]")
                : Stream.of();
    }

    private static String topic(String name) {
        return "t_" + plain(name) + ">\"" + name + "\"]";
    }

    private static String id(Node node) {
        return "n_" + plain(node.name());
    }

    private static String plain(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "_");
    }
}
