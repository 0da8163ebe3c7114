/** Tests of the API keys of the gateway. */
@NullMarked
package dev.millrace.contracts.key;

import org.jspecify.annotations.NullMarked;
