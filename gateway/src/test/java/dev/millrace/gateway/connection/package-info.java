/** Tests of noticing clients that have gone. */
@NullMarked
package dev.millrace.gateway.connection;

import org.jspecify.annotations.NullMarked;
