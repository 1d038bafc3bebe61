/**
 * What the rest of Ashlar knows of the metadata group: commands, queries, answers and one client
 * interface.
 */
@NullMarked
package io.ashlar.metadata.api;

import org.jspecify.annotations.NullMarked;
