/** Tests of API keys and their limits. */
@NullMarked
package dev.millrace.gateway.key;

import org.jspecify.annotations.NullMarked;
