/** Tests of requests to receivers, with a server in this process. */
@NullMarked
package dev.millrace.sink.webhook.http;

import org.jspecify.annotations.NullMarked;
