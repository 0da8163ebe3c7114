/** Tests of requests and answers over HTTP. */
@NullMarked
package dev.millrace.gateway.http;

import org.jspecify.annotations.NullMarked;
