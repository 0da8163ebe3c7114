/**
 * The definition of where the answers of each endpoint hold their parts. Pure data, used on any
 * thread. Depends on contracts only.
 */
@NullMarked
package dev.millrace.wire.form;

import org.jspecify.annotations.NullMarked;
