/** Tests of signatures and ranges of addresses. */
@NullMarked
package dev.millrace.contracts.webhook;

import org.jspecify.annotations.NullMarked;
