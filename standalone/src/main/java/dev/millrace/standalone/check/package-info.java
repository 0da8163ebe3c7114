/** Live calls that check keys and models through the worker's own provider client. */
@NullMarked
package dev.millrace.standalone.check;

import org.jspecify.annotations.NullMarked;
