/**
 * The command {@code ashlar}. A command is a method that asks the metadata group and returns a
 * report; {@link io.ashlar.ops.cli.Session} prints it. Exit codes: 0 done, 1 refused or failed, 2
 * wrong usage. An error is one line that names the thing and the remedy.
 */
@NullMarked
package io.ashlar.ops.cli;

import org.jspecify.annotations.NullMarked;
