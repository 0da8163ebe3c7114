/** Tests of the configuration. */
@NullMarked
package dev.millrace.contracts.config;

import org.jspecify.annotations.NullMarked;
