package dev.millrace.bench.gateway;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Connections that have been answered once and then stay idle. Used by one thread. */
final class IdleConnections implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final String END_OF_HEADERS = "\r\n\r\n";
    private static final Pattern LENGTH =
            Pattern.compile("\r\ncontent-length: *(\\d+)\r\n", Pattern.CASE_INSENSITIVE);

    private final List<SocketChannel> connections = new ArrayList<>();

    private IdleConnections() {}

    /**
     * Opens connections and makes one request over each.
     *
     * @param base base URL of the gateway
     * @throws IOException when the gateway refuses a connection or a request
     */
    static IdleConnections open(URI base, int count) throws IOException {
        var opened = new IdleConnections();
        byte[] request = request(base).getBytes(StandardCharsets.US_ASCII);
        try {
            for (int i = 0; i < count; i++) {
                opened.open(base, request);
            }
            return opened;
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    private static String request(URI base) {
        return "GET %s/models/%s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer bench\r\n\r\n"
                .formatted(base.getPath(), BenchModel.INSTANT.modelName(), base.getAuthority());
    }

    private void open(URI base, byte[] request) throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), base.getPort());
        var channel = SocketChannel.open(address);
        connections.add(channel);
        channel.write(ByteBuffer.wrap(request));
        readAnswer(channel);
    }

    private static void readAnswer(SocketChannel channel) throws IOException {
        var bytes = ByteBuffer.allocate(BUFFER_BYTES);
        while (!isComplete(bytes)) {
            if (channel.read(bytes) < 1) {
                throw new EOFException("the gateway closed a connection during its first request");
            }
        }
    }

    private static boolean isComplete(ByteBuffer bytes) throws IOException {
        String text = StandardCharsets.ISO_8859_1.decode(bytes.duplicate().flip()).toString();
        int end = text.indexOf(END_OF_HEADERS);
        if (end < 0) {
            return false;
        }
        Matcher length = LENGTH.matcher(text);
        if (!text.startsWith("HTTP/1.1 200") || !length.find()) {
            throw new IOException("a connection was answered with " + text);
        }
        int body = text.length() - end - END_OF_HEADERS.length();
        return body >= Integer.parseInt(length.group(1));
    }

    /** Returns the number of connections that the gateway has closed. */
    int closed() throws IOException {
        int closed = 0;
        for (SocketChannel each : connections) {
            each.configureBlocking(false);
            if (each.read(ByteBuffer.allocate(1)) < 0) {
                closed++;
            }
        }
        return closed;
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel each : connections) {
            each.close();
        }
    }
}
