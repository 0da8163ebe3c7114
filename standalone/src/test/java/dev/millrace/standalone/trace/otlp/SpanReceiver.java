package dev.millrace.standalone.trace.otlp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** An OTLP receiver over HTTP, which keeps each span once. */
final class SpanReceiver implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, Received> spans = new ConcurrentHashMap<>();
    private final List<String> bytes = new CopyOnWriteArrayList<>();

    /**
     * A span.
     *
     * @param process id of the process that sent it
     */
    record Received(String process, Span span) {
        String name() {
            return span.getName();
        }

        String traceId() {
            return HexFormat.of().formatHex(span.getTraceId().toByteArray());
        }

        String spanId() {
            return HexFormat.of().formatHex(span.getSpanId().toByteArray());
        }

        String parentId() {
            return HexFormat.of().formatHex(span.getParentSpanId().toByteArray());
        }

        /** Returns the text of an attribute; empty without it. */
        String text(String key) {
            return SpanReceiver.text(span.getAttributesList(), key);
        }

        long number(String key) {
            return span.getAttributesList().stream()
                    .filter(it -> it.getKey().equals(key))
                    .mapToLong(it -> it.getValue().getIntValue())
                    .sum();
        }
    }

    SpanReceiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/traces", this::receive);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void receive(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        bytes.add(new String(body, ISO_8859_1));
        ExportTraceServiceRequest.parseFrom(body).getResourceSpansList().forEach(this::receive);
        exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
    }

    private void receive(ResourceSpans sent) {
        String process = text(sent.getResource().getAttributesList(), "service.instance.id");
        sent.getScopeSpansList().stream()
                .flatMap(it -> it.getSpansList().stream())
                .map(it -> new Received(process, it))
                .forEach(it -> spans.put(it.traceId() + it.spanId(), it));
    }

    private static String text(Collection<KeyValue> attributes, String key) {
        return attributes.stream()
                .filter(it -> it.getKey().equals(key))
                .map(it -> it.getValue().getStringValue())
                .findFirst()
                .orElse("");
    }

    /** Returns the spans of a trace, in the order of their starts and ends. */
    List<Received> trace(String traceId) {
        return spans.values().stream()
                .filter(it -> it.traceId().equals(traceId))
                .sorted(
                        Comparator.<Received>comparingLong(it -> it.span().getStartTimeUnixNano())
                                .thenComparingLong(it -> it.span().getEndTimeUnixNano()))
                .toList();
    }

    /** Returns true if something that was sent contains a text. */
    boolean contains(String text) {
        return bytes.stream().anyMatch(it -> it.contains(text));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
