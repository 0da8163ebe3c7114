/** Tests of Anthropic's Message Batches API. */
@NullMarked
package dev.millrace.gateway.messagebatch;

import org.jspecify.annotations.NullMarked;
